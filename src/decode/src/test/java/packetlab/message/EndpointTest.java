package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;

/** What an endpoint uses: reader, writer and the server's half of the opening handshake. */
class EndpointTest {
    private static final String REQUEST = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
            + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

    @Test
    void theWriterMakesTheFramesOfSection57() {
        WebSocketWriter server = new WebSocketWriter(Side.SERVER);
        assertArrayEquals(hex("810548656c6c6f"), server.text("Hello"));
        assertArrayEquals(hex("890548656c6c6f"), server.ping(ascii("Hello")));
        assertArrayEquals(hex("827e0100"), Arrays.copyOf(server.binary(new byte[256]), 4));
        assertArrayEquals(hex("827f0000000000010000"), Arrays.copyOf(server.binary(new byte[65536]), 10));
        assertArrayEquals(hex("880203e8"), server.close(1000, ""));
        assertArrayEquals(hex("8800"), server.close(-1, ""));
        byte[] masked = new byte[11];
        byte[] hello = ascii("Hello");
        int at = WebSocketWriter.putHeader(masked, 0, true, 0, Opcode.TEXT, 5, true, 0x3d21fa37);
        Unmask.apply(hello, 0, masked, at, 5, 0x3d21fa37);
        assertArrayEquals(hex("818537fa213d7f9f4d5158"), masked);
    }

    @Test
    void aReasonIsCutBetweenTwoCharacters() {
        byte[] frame = new WebSocketWriter(Side.SERVER).close(1001, "\uc548".repeat(60));
        assertEquals(2 + 123, frame[1]);
        frame = new WebSocketWriter(Side.SERVER).close(1001, "x" + "\uc548".repeat(60));
        assertEquals(2 + 121, frame[1]);
        assertEquals(Utf8.BEGIN, Utf8.check(Utf8.BEGIN, frame, 4, frame.length));
    }

    @Test
    void theReaderHearsWhatTheWriterSaysHoweverItIsCut() {
        WebSocketWriter client = new WebSocketWriter(Side.CLIENT);
        byte[] text = ascii("fragmented");
        byte[] all = join(client.text("안녕하세요"), client.frame(false, 0, Opcode.TEXT, text, 0, 4),
                client.ping(ascii("p")), client.frame(true, 0, Opcode.CONTINUATION, text, 4, 6),
                client.binary(new byte[0]), client.binary(new byte[300]), client.pong(ascii("q")),
                client.close(1000, "done"));
        List<String> expected = List.of("1 안녕하세요", "ping p", "1 fragmented", "2 ", "2 " + "\0".repeat(300), "pong q",
                "close 1000 done");
        for (int cut = 0; cut <= all.length; cut++) {
            Log log = new Log();
            WebSocketReader reader = new WebSocketReader(Side.CLIENT, 1000, log);
            reader.read(all, 0, cut);
            reader.read(all, cut, all.length);
            assertEquals(expected, log.lines, "cut at " + cut);
            assertTrue(reader.over());
        }
    }

    @Test
    void theFirstBrokenRuleEndsTheReading() {
        assertEquals(List.of("fail 1002 client-frame-unmasked"), read(Side.CLIENT, "810548656c6c6f810548656c6c6f"));
        assertEquals(List.of("fail 1002 server-frame-masked"), read(Side.SERVER, "818537fa213d7f9f4d5158"));
        assertEquals(List.of("fail 1007 text-not-utf8"), read(Side.SERVER, "8101ff"));
        assertEquals(List.of("fail 1007 text-not-utf8"), read(Side.SERVER, "8101ec"));
        assertEquals(List.of("fail 1002 close-code-invalid"), read(Side.SERVER, "880203ed"));
        assertEquals(List.of("fail 1002 close-body-one-octet"), read(Side.SERVER, "880103"));
        assertEquals(List.of("fail 1002 length-top-bit"), read(Side.SERVER, "827f8000000000000005"));
        assertEquals(List.of("fail 1009 null"), read(Side.SERVER, "827f0000000100000005"));
        assertEquals(List.of("fail 1009 null"), read(Side.SERVER, "027e0320" + "00".repeat(800) + "807e0320"));
    }

    @Test
    void aServerAnswersTheRequestOfSection13() {
        HttpHead request = new HttpHead();
        byte[] bytes = ascii(REQUEST);
        assertEquals(HttpHead.INCOMPLETE, request.parse(bytes, 0, bytes.length - 1));
        assertEquals(bytes.length, request.parse(bytes, 0, bytes.length));
        assertEquals("/chat", request.target());
        assertTrue(OpeningHandshake.asksForWebSocket(request));
        OpeningHandshake handshake = new OpeningHandshake();
        assertEquals(0, handshake.checkRequest(request));
        byte[] answer = OpeningHandshake.accepted(request, "chat", null);
        HttpHead response = new HttpHead();
        assertEquals(answer.length, response.parse(answer, 0, answer.length));
        assertEquals(101, response.status());
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.value(HttpHead.Field.ACCEPT));
        assertEquals(0, handshake.checkResponse(request, response));
    }

    @Test
    void aServerRefusesWhatBreaksARule() {
        OpeningHandshake handshake = new OpeningHandshake();
        HttpHead request = new HttpHead();
        byte[] old = ascii(REQUEST.replace("Version: 13", "Version: 8"));
        request.parse(old, 0, old.length);
        assertEquals("HTTP/1.1 426", text(OpeningHandshake.refused(handshake.checkRequest(request))).substring(0, 12));
        byte[] short1 = ascii(REQUEST.replace("dGhl", ""));
        request.parse(short1, 0, short1.length);
        String refusal = text(OpeningHandshake.refused(handshake.checkRequest(request)));
        assertEquals("HTTP/1.1 400", refusal.substring(0, 12));
        assertTrue(refusal.endsWith("the base64 of 16 octets (RFC 6455 section 4.1).\n"), refusal);
    }

    private static List<String> read(Side sender, String hex) {
        Log log = new Log();
        byte[] bytes = hex(hex);
        new WebSocketReader(sender, 1000, log).read(bytes, 0, bytes.length);
        return log.lines;
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static byte[] hex(String s) {
        return HexFormat.of().parseHex(s);
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] b) {
        return new String(b, StandardCharsets.UTF_8);
    }

    private static final class Log implements WebSocketReader.Handler {
        final List<String> lines = new ArrayList<>();

        @Override
        public void onMessage(int opcode, byte[] data) {
            lines.add(opcode + " " + text(data));
        }

        @Override
        public void onPing(byte[] payload) {
            lines.add("ping " + text(payload));
        }

        @Override
        public void onPong(byte[] payload) {
            lines.add("pong " + text(payload));
        }

        @Override
        public void onClose(int code, String reason) {
            lines.add("close " + code + " " + reason);
        }

        @Override
        public void onFailure(int closeCode, WsRule rule) {
            lines.add("fail " + closeCode + " " + (rule == null ? null : rule.id()));
        }
    }
}
