package packetlab.message;

import java.nio.charset.StandardCharsets;

/**
 * Looks into the client's half of an HTTP/2 connection (RFC 9113) for one thing: a request that opens a WebSocket
 * (RFC 8441 section 4: the pseudo-header field {@code :protocol} is {@code websocket}). The rest is passed over.
 */
final class Http2Peek {
    private static final int FRAME_HEADER = 9, HEADERS = 1, CONTINUATION = 9;
    /** What is left of the connection preface behind {@code PRI * HTTP/2.0} and its empty line. */
    private static final int PREFACE_REST = "SM\r\n\r\n".length();
    private static final int LARGEST_FRAME = 1 << 14;

    private static final byte[][] NAMES = literals(":protocol");
    private static final byte[][] VALUES = literals("websocket");

    private final MessageDecoder decoder;
    private final byte[] header = new byte[FRAME_HEADER];
    private Gathered block = Gathered.NONE;
    private int headerLength;
    private int left = PREFACE_REST;
    private boolean gathering;
    private boolean found;

    Http2Peek(MessageDecoder decoder) {
        this.decoder = decoder;
    }

    /** Takes the next bytes; true where they complete the first request for a WebSocket. */
    boolean read(byte[] a, int from, int end) {
        int at = from;
        while (at < end && !found) {
            if (left > 0) {
                int n = Math.min(left, end - at);
                if (gathering) {
                    block = block.add(a, at, n, LARGEST_FRAME, decoder.buffers);
                }
                left -= n;
                at += n;
            } else {
                header[headerLength++] = a[at++];
                if (headerLength < FRAME_HEADER) {
                    continue;
                }
                headerLength = 0;
                left = (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | header[2] & 0xFF;
                gathering = header[3] == HEADERS || header[3] == CONTINUATION;
            }
            if (left == 0 && gathering) {
                found = asksForWebSocket();
                block.clear(decoder.buffers);
                gathering = false;
            }
        }
        return found;
    }

    void release() {
        block.clear(decoder.buffers);
    }

    /** The first such field of a connection is literal: no static table has its name (RFC 7541 appendix A). */
    private boolean asksForWebSocket() {
        for (byte[] name : NAMES) {
            for (byte[] value : VALUES) {
                for (int at = 0; at + name.length + value.length <= block.length(); at++) {
                    if (matches(at, name) && matches(at + name.length, value)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean matches(int at, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (block.bytes()[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** A string literal of HPACK with its length in front, plain and Huffman-coded (RFC 7541 section 5.2). */
    private static byte[][] literals(String s) {
        byte[] plain = new byte[s.length() + 1];
        plain[0] = (byte) s.length();
        System.arraycopy(s.getBytes(StandardCharsets.US_ASCII), 0, plain, 1, s.length());
        long bits = 0;
        int count = 0;
        for (char c : s.toCharArray()) {
            String code = code(c);
            bits = bits << code.length() | Long.parseLong(code, 2);
            count += code.length();
        }
        int octets = (count + 7) / 8;
        int padding = octets * 8 - count;
        bits = bits << padding | (1L << padding) - 1;
        byte[] coded = new byte[octets + 1];
        coded[0] = (byte) (0x80 | octets);
        for (int i = 0; i < octets; i++) {
            coded[octets - i] = (byte) (bits >> 8 * i);
        }
        return new byte[][] {plain, coded};
    }

    /** RFC 7541 appendix B, of the letters that are needed. */
    private static String code(char c) {
        switch (c) {
            case ':': return "1011100";
            case 'b': return "100011";
            case 'c': return "00100";
            case 'e': return "00101";
            case 'k': return "1110101";
            case 'l': return "101000";
            case 'o': return "00111";
            case 'p': return "101011";
            case 'r': return "101100";
            case 's': return "01000";
            case 't': return "01001";
            case 'w': return "1111000";
            default: throw new IllegalArgumentException("no code for " + c);
        }
    }
}
