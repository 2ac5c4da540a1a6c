package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import packetlab.event.Side;
import packetlab.message.WebSocketWriter;
import packetlab.pcap.CaptureWriter;

/**
 * Writes the inputs that fuzzing begins with, each of a kind that the targets know, into the folder given: run it where
 * the form of an input changes. Beside them stand inputs that fuzzing found, which it leaves alone.
 */
final class Seeds {
    private static final int LARGE = 60_000;

    private final Path folder;

    private Seeds(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        Seeds seeds = new Seeds(Path.of(arguments[0]));
        seeds.utf8();
        seeds.files();
        seeds.headers();
        seeds.reassembly();
        seeds.http();
        seeds.handshake();
        seeds.frames();
        seeds.inflate();
        seeds.conversations();
        seeds.web();
    }

    /** Large, so that what grows faster than its input shows: too slow to begin with. */
    private void saveLarge(String target, String name, byte[] input) throws IOException {
        save("large/" + target, name, input);
    }

    private void save(String target, String name, byte[] input) throws IOException {
        Files.createDirectories(folder.resolve(target));
        Files.write(folder.resolve(target).resolve(name), input);
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Octets given as numbers, strings and arrays, one after another. */
    private static byte[] octets(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer n) {
                out.write(n);
            } else if (part instanceof String s) {
                out.writeBytes(ascii(s));
            } else {
                out.writeBytes((byte[]) part);
            }
        }
        return out.toByteArray();
    }

    private static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private void utf8() throws IOException {
        save("Utf8", "every-length", octets(3, "a\u00ff".getBytes(StandardCharsets.UTF_8),
                "\u20ac\u0800\uD83D\uDE00\uFFFF plain text of some length".getBytes(StandardCharsets.UTF_8)));
        save("Utf8", "surrogate", octets(1, 0xED, 0xA0, 0x80));
        save("Utf8", "overlong", octets(0, 0xE0, 0x80, 0xAF, 0xC0, 0xAF, 0xF0, 0x80, 0x80, 0xAF));
        save("Utf8", "past-the-end", octets(2, 0xF4, 0x90, 0x80, 0x80));
    }

    /** One Ethernet packet: TCP over IPv4, with options. */
    private static byte[] ethernet() {
        return octets(new byte[12], 8, 0, tcp4(16));
    }

    private static byte[] tcp4(int payload) {
        return octets(0x45, 0, u16(20 + 32 + payload), 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x9C, 0x40,
                0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0x18, 1, 0, 0, 0, 0, 0, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2,
                new byte[payload]);
    }

    private void files() throws IOException {
        byte[] packet = ethernet();
        ByteBuffer pcap = ByteBuffer.allocate(24 + 16 + packet.length);
        pcap.putInt(0xA1B2C3D4).putInt(0x00020004).putInt(0).putInt(0).putInt(65_535).putInt(1);
        pcap.putInt(1).putInt(2).putInt(packet.length).putInt(packet.length).put(packet);
        save("Files", "big-endian.pcap", pcap.array());
        save("Pipeline", "big-endian.pcap", pcap.array());
        ByteArrayOutputStream pcapng = new ByteArrayOutputStream();
        try (CaptureWriter writer = CaptureWriter.to(pcapng, "seed",
                new CaptureWriter.Description("lo", 1, 100, "tcp", "os", "hardware"))) {
            writer.write(ByteBuffer.wrap(packet), 0, packet.length, packet.length, 1_000, 1, 0,
                    CaptureWriter.Remark.of("a comment"));
            writer.onPacket(ByteBuffer.wrap(packet), 14, packet.length - 14, packet.length - 14, 2_000, 101, 0);
        }
        save("Files", "two-interfaces.pcapng", pcapng.toByteArray());
        save("Pipeline", "two-interfaces.pcapng", pcapng.toByteArray());
    }

    private static byte[] packet(int beyond, byte[] octets) {
        return octets(beyond, u16(octets.length), octets);
    }

    private static byte[] fragment4(int offset, boolean more, int size) {
        return octets(0x45, 0, u16(20 + size), 0, 7, u16((more ? 0x2000 : 0) | offset / 8), 64, 17, 0, 0, 10, 0, 0,
                1, 10, 0, 0, 2, new byte[size]);
    }

    private static byte[] ipv6(int next, byte[] rest) {
        byte[] address = octets(0xFE, 0x80, new byte[13], 1);
        return octets(0x60, 0, 0, 0, u16(rest.length), next, 64, address, address, rest);
    }

    private void headers() throws IOException {
        save("Headers", "ethernet", octets(0, packet(0, ethernet()), packet(3, ethernet())));
        save("Headers", "vlan", octets(0, packet(0, octets(new byte[12], 0x88, 0xA8, 0, 1, 0x81, 0, 0, 2, 8, 0,
                tcp4(0)))));
        save("Headers", "raw", octets(1, packet(0, tcp4(5)), packet(255, tcp4(5))));
        save("Headers", "null", octets(2, packet(0, octets(2, 0, 0, 0, tcp4(5))), packet(0, octets(0, 0, 0, 30,
                ipv6(17, octets(0, 1, 0, 2, 0, 8, 0, 0))))));
        save("Headers", "cooked", octets(4, packet(0, octets(new byte[14], 8, 0, tcp4(1)))));
        save("Headers", "cooked2", octets(5, packet(0, octets(8, 0, new byte[18], tcp4(1)))));
        save("Headers", "fragments", octets(1, packet(0, fragment4(16, false, 5)), packet(0, fragment4(0, true, 8)),
                packet(0, fragment4(8, true, 16)), packet(0, fragment4(8, true, 8))));
        save("Headers", "fragment-behind-the-end", octets(1, packet(0, fragment4(16, true, 8)), packet(0,
                fragment4(8, false, 8)), packet(0, fragment4(0, true, 8))));
        byte[] chain = octets(60, 0, new byte[6], 44, 0, new byte[6], 17, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 2, 0, 16, 0,
                0, new byte[8]);
        save("Headers", "ipv6-extensions", octets(1, packet(0, ipv6(0, chain))));
        byte[] quoting = octets(3, 3, 0, 0, 0, 0, 0, 0, java.util.Arrays.copyOf(tcp4(0), 28));
        save("Headers", "icmp", octets(1, packet(0, octets(0x45, 0, u16(20 + quoting.length), new byte[5], 1, 0, 0,
                new byte[8], quoting)), packet(0, ipv6(58, octets(1, 4, new byte[6], ipv6(6, new byte[8]))))));
        save("Headers", "options", octets(1, packet(0, octets(0x45, 0, 0, 80, new byte[5], 6, 0, 0, new byte[8],
                new byte[12], 0xF0, 2, new byte[6], 2, 4, 5, 0xB4, 3, 3, 7, 4, 2, 1, 5, 18, new byte[16], 34, 2, 253,
                4, 0xF9, 0x89, 0))));
    }

    private void reassembly() throws IOException {
        for (int last = 0; last < 2; last++) {
            save("Reassembly", last == 0 ? "disorder-first-wins" : "disorder-last-wins", octets(1 | last << 1, 0xFF,
                    0xFF, 0xFF, 0x10, u16(100), 98, u16(300), 50, u16(0), 60, u16(50), 200, u16(40), 255, u16(0),
                    120, u16(340), 20));
        }
        save("Reassembly", "fin-before-waiting", octets(0, 0, 0, 0, 0, 2, 2, 3, 0x12, 32, 1, 8 | 32, 0, 10, 5, 2 | 4,
                0x11, 0xF1, 1));
        for (int few = 0; few < 2; few++) {
            save("Reassembly", few == 0 ? "anything" : "anything-few", octets(few << 2, 0x7F, 0xFF, 0xFF, 0xF0, 2, 2,
                    3, 0x12, 0, 32, 20, 33, 30, 36, 0xF0, 40, 8 | 32, 0, 10, 200, 32, 10, 33, 9, 64 | 1, 200, 160,
                    40, 3, 2, 0x11, 3, 0x11, 2, 4, 32, 5));
        }
    }

    private static byte[] http(String client, String server) {
        return octets(0, u16(client.length()), client, server);
    }

    private void http() throws IOException {
        save("Http", "exchange", http("GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\n"
                + "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n"
                + "abc\r\n0\r\nA: b\r\n\r\n" + "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"));
        save("Http", "folded", http("GET / HTTP/1.1\nA: b\n\tc\n d\n\n", "HTTP/1.0 200\r\n\r\nuntil the end"));
        saveLarge("Http", "folded-space", http("GET / HTTP/1.1\r\nHost: a" + " ".repeat(LARGE / 4)
                + "b\r\n c\r\n\r\n", ""));
        save("Http", "upgrade", http(FramesTarget.REQUEST + "\r\n", FramesTarget.RESPONSE + "\r\n\u0081\2hi"));
        save("Http", "returns", http("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\r\n\r\r\n\r\n", ""));
        save("Http", "connect", http("CONNECT a:1 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n"));
        save("Http", "http2", http("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\10\0\0\0\1", ""));
        save("Http", "tls", http("\26\3\1\0\5hello", ""));
        save("Http", "valid", octets(1, 0, 3, "abc", 4, "field", 30, "a body that is some thirty octets long", 0x4D,
                2, "zz", 8, "more of everything that makes a head", 200, "x".repeat(200), 33, "y".repeat(90)));
        saveLarge("Http", "many-fields", http("GET / HTTP/1.1\r\n" + "Upgrade: a\r\n".repeat(1_000) + "\r\n", ""));
    }

    private void handshake() throws IOException {
        String request = FramesTarget.REQUEST.substring(FramesTarget.REQUEST.indexOf('\n') + 1).strip();
        String response = FramesTarget.RESPONSE.substring(FramesTarget.RESPONSE.indexOf('\n') + 1).strip();
        String offers = "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; "
                + "server_max_window_bits=10," + " x-webkit-deflate-frame; a=\"b\\c\"\r\n"
                + "Sec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.com";
        String answers = "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                + " client_max_window_bits=9; server_max_window_bits=\"8\"\r\nSec-WebSocket-Protocol: chat";
        save("Handshake", "plain", octets(request, 0, response));
        save("Handshake", "offers", octets(request, offers, 0, response, answers));
        save("Handshake", "broken", octets("Upgrade: a\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 8\r\n"
                + "Origin: null" + "\r\nHost: b", 0, "Sec-WebSocket-Accept: y\r\n"
                + "Sec-WebSocket-Extensions: a;b=c,,d"));
        saveLarge("Handshake", "many-extensions", octets(request, "\r\nSec-WebSocket-Extensions: ",
                "a,".repeat(LARGE / 4), "b", 0, response, "\r\nSec-WebSocket-Extensions: ", "b,".repeat(LARGE / 4),
                "b"));
        saveLarge("Handshake", "many-offers", octets(request, "\r\nSec-WebSocket-Extensions: ",
                "permessage-deflate;server_no_context_takeover,".repeat(LARGE / 100), "b", 0, response,
                "\r\nSec-WebSocket-Extensions: ", "permessage-deflate,".repeat(LARGE / 50), "b"));
        saveLarge("Handshake", "many-subprotocols", octets(request, "\r\nSec-WebSocket-Protocol: ",
                "ab,".repeat(LARGE / 6), 0, response, "\r\nSec-WebSocket-Protocol: ", " ".repeat(LARGE / 4),
                "\r\n a"));
    }

    private void frames() throws IOException {
        WebSocketWriter client = new WebSocketWriter(Side.CLIENT);
        WebSocketWriter server = new WebSocketWriter(Side.SERVER);
        byte[] text = "h\u00e9llo \u20ac".getBytes(StandardCharsets.UTF_8);
        save("Frames", "client", octets(0, 3, client.text("hello"), client.binary(text), client.ping(ascii("x")),
                client.close(1000, "bye")));
        save("Frames", "fragments", octets(1, 1, server.frame(false, 0, 1, text, 0, 2), server.pong(ascii("p")),
                server.frame(false, 0, 0, text, 2, 6), server.frame(true, 0, 0, text, 8, 2), server.close(-1, "")));
        save("Frames", "lengths", octets(1, 39, server.binary(new byte[126]), server.binary(new byte[1_100]), 0x82,
                126, 0, 3, "abc", 0x82, 127, 0, 0, 0, 0, 0, 0, 0, 2, "ab", 0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0,
                "never ends"));
        save("Frames", "deflate", octets(3, 5, 0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0xC1, 5, 0xF2, 0, 0x11,
                0, 0));
        save("Frames", "deflate-stored", octets(5, 2, 0xC1, 11, 0, 5, 0, 0xFA, 0xFF, "Hello", 0, 0x41, 3, 0xF2, 0x48,
                0xCD, 0x80, 4, 0xC9, 0xC9, 7, 0));
        save("Frames", "deflate-frame", octets(7, 2, 0x41, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0xC0, 7, 0xF2,
                0x48, 0xCD, 0xC9, 0xC9, 7, 0));
        save("Frames", "broken", octets(0, 9, 0xBF, 0x81, 1, 2, 3, 4, 5, 9, 1, "x", 0x80, 0, 0x88, 1, "y", 0x81,
                0x82, 0, 0, 0, 0, 0xFF, 0xFE));
    }

    private void inflate() throws IOException {
        String text = "the quick brown fox jumps over the lazy dog, the quick brown fox";
        for (int flags : new int[] {14, 15, 14 | 16, 6}) {
            save("Inflate", "shapes-" + flags, octets(flags, 0, 64, text, 16 | 64, 64, text, 32, 64, text, 128 | 48,
                    64, text, 6, 64, text, 0, 0, 0, 64, text));
        }
        save("Inflate", "final-block", octets(14, 0, 10, text, 1, 7, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0, 64,
                text));
        save("Inflate", "bomb", octets(14, 8 | 6, u16(3_000), "a".repeat(3_000), 0, 64, text));
        save("Inflate", "invalid", octets(14, 0, 64, text, 1, 3, 7, 0xFF, 0xFF, 0, 64, text));
    }

    private static byte[] long16(int op, byte[] payload) {
        return octets(op | 32, u16(payload.length), payload);
    }

    private void conversations() throws IOException {
        WebSocketWriter client = new WebSocketWriter(Side.CLIENT);
        WebSocketWriter server = new WebSocketWriter(Side.SERVER);
        String fields = FramesTarget.EXTENSIONS + "permessage-deflate\r\n\r\n";
        byte[] open = octets(long16(0, ascii(FramesTarget.REQUEST + fields)), long16(4, ascii(FramesTarget.RESPONSE
                + fields)));
        byte[] hello = octets(0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0);
        byte[] talk = octets(long16(0, client.text("hello hello")), long16(4, hello), long16(4, hello), long16(0,
                client.ping(ascii("p"))), long16(4, server.pong(ascii("p"))), long16(0, client.close(1000, "")),
                long16(4, server.close(1000, "")));
        save("Conversation", "web-socket", octets(0, open, talk, 16, 0x23, 0, 20, 0x23, 0));
        save("Conversation", "narrow", octets(1, open, talk));
        save("Conversation", "midstream", octets(4, talk, talk));
        // A segment of each side is missing, and one comes later than the next.
        save("Conversation", "gaps", octets(0, open, 8, 5, 12, client.text("afterwards"), talk, 128, 3, "abc", talk));
        save("Conversation", "in-pieces", octets(0, long16(64, ascii(FramesTarget.REQUEST + "\r\n")), 3,
                long16(64 | 4, ascii(FramesTarget.RESPONSE + "\r\n")), 7, long16(64, client.text("hello")), 0));
        byte[] zeros = new byte[12_000];
        saveLarge("Conversation", "search", octets(4, long16(64, zeros), 0));
        saveLarge("Conversation", "search-web-socket", octets(0, open, 8, 20, 3, "abc", long16(64, zeros), 0, talk));
        save("Conversation", "two-at-once", octets(2, open, long16(1, ascii("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
                long16(5, ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")), talk, 17, 0x29, 0));
    }

    /** A message inside a WebSocket: 1 for the client's, 2 more for octets, its length, and itself. */
    private static byte[] message(int kind, Object... parts) {
        byte[] payload = octets(parts);
        return octets(kind, payload.length, payload);
    }

    private void web() throws IOException {
        String open = "0{\"sid\":\"s\",\"upgrades\":[]}";
        save("Web", "events", octets(0, 1, ": c\r\nretry: 5\n\ndata: a\ndata\nid: 1\revent: e\r\rid\n\ndata:b\n\n", 0xEF, 0xBB, 0xBF));
        save("Web", "xhr-streaming", octets(1, 2, "hhhh\no\na[\"x\",\"\\ud83d\\ude00\"]\nh\nc[3000,\"Go away!\"]\n"));
        save("Web", "sockjs", octets(2, 3, message(0, "o"), message(1, "[\"a\",\"b\"]"), message(0, "a[\"x\"]"), message(0, "h"),
                message(1, "\"y\""), message(0, "c[1000,\"\"]")));
        save("Web", "polling4", octets(3, 0, open, 0x1E, "4hi", 0x1E, "bAQID", 0x1E, "2"));
        save("Web", "polling3", octets(4, 0, open.length(), ":", open, "2:4", 0xE2, 0x82, 0xAC, "6:b4AQID"));
        save("Web", "polling3-octets", octets(4, 0, 0, 3, 0, 0xFF, open, 0, 2, 0xFF, "40", 1, 4, 0xFF, 4, 1, 2, 3));
        save("Web", "socketio", octets(5, 9, message(0, open), message(1, "40"), message(0, "40{\"sid\":\"x\"}"),
                message(1, "451-/a?b,7[\"e\",{\"_placeholder\":true,\"num\":0}]"), message(3, 1, 2), message(0, "43/a,7[{}]"),
                message(0, "2"), message(1, "3"), message(1, "42[1,2]"), message(1, "44\"no\""), message(1, "41")));
        save("Web", "socketio3", octets(6, 9, message(1, "2probe"), message(0, "3probe"), message(1, "5"), message(0, "40"),
                message(0, "451-[\"e\",{\"_placeholder\":true,\"num\":0}]"), message(2, 4, 1, 2)));
        save("Web", "htmlfile", octets(7, 0, "<html>\r\n<script>\np(\"o\");\n</script>\r\n<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n"));
        save("Web", "jsonp", octets(8, 0, "/**/a(\"a[\\\"x\\\",\\\"y\\\"]\");\r\n"));
        save("Web", "jsonp-send", octets(9, 0, "d=%5B%22a+b%22%2C%22%ED%95%9C%22%5D"));
        save("Web", "xhr-send", octets(10, 0, "[\"a\",[1,{\"b\":null}],\"c\"]"));
        save("Web", "posted", octets(11, 1, "42[\"a\"]", 0x1E, "40/b,", 0x1E, "43[]"));
        save("Web", "posted-form", octets(12, 1, "d=5%3A4a%5Cnb1%3A2"));
        save("Web", "eventsource", octets(13, 0, "\r\ndata: o\r\n\r\ndata: a[\"x\"]\r\n\r\n"));
        saveLarge("Web", "deep", octets(10, 0, "[".repeat(LARGE)));
        saveLarge("Web", "many-packets", octets(11, 1, "4\u001e".repeat(LARGE / 4), "4"));
        saveLarge("Web", "many-lines", octets(0, 1, "data\n".repeat(LARGE / 5), "\n"));
    }
}
