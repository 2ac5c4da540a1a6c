package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.message.MessageLimits;
import packetlab.message.WebSocketReader;
import packetlab.message.WsRule;

/**
 * The input is what one side of a WebSocket sends; its first two octets say which side, whether compression was agreed
 * on, and how the rest is cut. Frames are those that a plain reading of RFC 6455 section 5.2 finds, and in pieces
 * everything is as in one piece, for the watcher and for the endpoint.
 */
public final class FramesTarget {
    private static final MessageLimits LIMITS =
            MessageLimits.DEFAULT.with("inflated-size", 1 << 20).withShownPayload(1 << 10);
    static final String REQUEST = """
            GET /chat HTTP/1.1\r
            Host: example.com\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            """;
    static final String RESPONSE = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
            """;
    static final String EXTENSIONS = "Sec-WebSocket-Extensions: ";

    private FramesTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int flags = in.u8();
        int cut = in.u8();
        byte[] octets = in.rest();
        Side from = (flags & 1) == 0 ? Side.CLIENT : Side.SERVER;
        String extension = switch (flags >> 1 & 3) {
            case 1 -> "permessage-deflate";
            case 2 -> "permessage-deflate; client_no_context_takeover; server_no_context_takeover";
            case 3 -> "x-webkit-deflate-frame";
            default -> null;
        };
        long[] inflated = {0};
        List<Record> whole = watch(from, extension, octets, 0, 0, inflated);
        List<Record> pieces = watch(from, extension, octets, 1 + cut % 40, cut, inflated);
        // Whether a finding is told before its frame or behind it depends on whether that came in one piece.
        Records.same(only(whole, false), only(pieces, false), "in pieces");
        Records.same(only(whole, true), only(pieces, true), "findings in pieces");
        plainly(octets, whole);
        Check.equal(listen(from, octets, octets.length), listen(from, octets, 1 + cut % 40), "endpoint, in pieces");
        effort.wasWorth(octets.length + inflated[0]);
    }

    private static List<Record> watch(Side from, String extension, byte[] octets, int longest, int seed,
                                      long[] inflated) {
        Told told = new Told();
        try (OneStream stream = new OneStream(told, LIMITS)) {
            String fields = (extension == null ? "" : EXTENSIONS + extension + "\r\n") + "\r\n";
            stream.send(Side.CLIENT, (REQUEST + fields).getBytes(StandardCharsets.ISO_8859_1));
            stream.send(Side.SERVER, (RESPONSE + fields).getBytes(StandardCharsets.ISO_8859_1));
            if (longest == 0) {
                stream.send(from, octets);
            } else {
                stream.sendInPieces(from, octets, longest, seed);
            }
            stream.end();
            inflated[0] += stream.counters().inflatedBytes();
        }
        return told.events;
    }

    private static List<Record> only(List<Record> events, boolean findings) {
        return events.stream().filter(e -> e instanceof WsEvent.Finding == findings).toList();
    }

    /** Reads the frames as simply as can be, and expects the same of the events. */
    private static void plainly(byte[] a, List<Record> events) {
        List<WsEvent.Frame> frames = events.stream().filter(WsEvent.Frame.class::isInstance)
                .map(WsEvent.Frame.class::cast).toList();
        int next = 0;
        for (int at = 0; at + 2 <= a.length;) {
            int first = a[at] & 0xFF;
            boolean masked = a[at + 1] < 0;
            long length = a[at + 1] & 0x7F;
            int extended = length < 126 ? 0 : length == 126 ? 2 : 8;
            int header = 2 + extended + (masked ? 4 : 0);
            if (at + header > a.length) {
                break;
            }
            if (extended > 0) {
                length = 0;
                for (int i = 0; i < extended; i++) {
                    length = length << 8 | a[at + 2 + i] & 0xFF;
                }
            }
            int payload = at + header;
            int there = length < 0 || length > a.length - payload ? a.length - payload : (int) length;
            Check.that(next < frames.size(), "a frame at " + at + " is told");
            WsEvent.Frame frame = frames.get(next++);
            Check.that(frame.fin() == first >= 0x80 && frame.rsv() == (first >> 4 & 7) && frame.opcode() == (first & 15)
                    && frame.masked() == masked && frame.length() == length && frame.complete() == (there == length),
                    "header at " + at + ": " + frame);
            int shown = Math.min(there, LIMITS.shownPayload());
            byte[] expected = new byte[shown];
            for (int i = 0; i < shown; i++) {
                expected[i] = (byte) (a[payload + i] ^ (masked ? a[payload - 4 + i % 4] : 0));
            }
            Check.that(Arrays.equals(expected, frame.payload() == null ? new byte[0] : frame.payload()),
                    "payload of " + frame);
            Check.equal(shown < there, frame.payloadCut(), "cut of " + frame);
            at = payload + there;
        }
        Check.equal(next, frames.size(), "frames");
    }

    /** What our endpoint makes of it. */
    private static List<String> listen(Side from, byte[] octets, int step) {
        List<String> heard = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        WebSocketReader reader = new WebSocketReader(from, 1 << 16, new WebSocketReader.Handler() {
            @Override
            public void onMessage(int opcode, byte[] data) {
                all.writeBytes(data);
                heard.add(opcode + ":" + Arrays.hashCode(data));
            }

            @Override
            public void onPing(byte[] payload) {
                heard.add("ping " + Arrays.hashCode(payload));
            }

            @Override
            public void onPong(byte[] payload) {
                heard.add("pong " + Arrays.hashCode(payload));
            }

            @Override
            public void onClose(int code, String reason) {
                heard.add("close " + code + reason);
            }

            @Override
            public void onFailure(int closeCode, WsRule rule) {
                heard.add("failure " + closeCode + rule);
            }
        });
        for (int at = 0; at < octets.length && !reader.over(); at += step) {
            // Room behind, as the reader's caller has in its buffer.
            byte[] piece = Arrays.copyOf(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + step)), step + 64);
            reader.read(piece, 0, Math.min(step, octets.length - at));
        }
        Check.that(all.size() <= octets.length, "messages are no longer than what was sent");
        return heard;
    }
}
