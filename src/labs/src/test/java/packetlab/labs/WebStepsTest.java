package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of HTTP and WebSocket: the octets that they make. */
class WebStepsTest {
    private static final String CONNECTED = "listen S on port 8080\nconnect C to S as P\n";

    private static List<Step.Said> said(String steps) throws LabSyntaxException {
        return Script.read("s", CONNECTED + steps, 1).steps().stream().filter(Step.Say.class::isInstance)
                .flatMap(step -> ((Step.Say) step).parts().stream()).toList();
    }

    private static String texts(String steps) throws LabSyntaxException {
        return said(steps).stream().map(said -> said.end() + " " + new String(said.octets(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n---\n"));
    }

    @Test
    void aRequestAndItsAnswerSayHowLongTheirBodiesAre() throws Exception {
        assertEquals("C GET /poll?after=3 HTTP/1.1\r\nHost: 10.77.0.2:8080\r\nAccept: text/plain\r\n\r\n",
                texts("http C GET \"/poll?after=3\" \"Accept: text/plain\""));
        assertEquals("C POST /x HTTP/1.1\r\nhost: a.example\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}",
                texts("http C POST \"/x\" \"host: a.example\" body \"{\\\"a\\\":\\\"b\\\"}\""));
        assertEquals("P HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no\n\n---\nP HTTP/1.1 204 No Content\r\n\r\n"
                + "\n---\nP HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                texts("http P 200 body \"o\\n\"\nhttp P 204\nhttp P 404"));
    }

    @Test
    void anOpeningHandshakeHasTheFieldsThatAreAskedFor() throws Exception {
        // The key and the accept value of RFC 6455 section 1.3.
        String said = texts("ws-open C \"/chat\" key \"the sample nonce\" request \"Origin: http://a.example\" "
                + "request \"Sec-WebSocket-Version: 8\" response \"Sec-WebSocket-Protocol: chat\"");
        assertTrue(said.startsWith("C GET /chat HTTP/1.1\r\nHost: 10.77.0.2:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\nOrigin: http://a.example\r\n\r\n"), said);
        assertTrue(said.endsWith("P HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n"), said);
        assertTrue(texts("ws-open C \"/chat\" answered 403").endsWith("P HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void aCompressedMessageHasRsv1InItsFirstFrame() throws Exception {
        List<Step.Said> said = said("ws-open C \"/\" response \"Sec-WebSocket-Extensions: permessage-deflate\"\n"
                + "ws P text \"Hello\" compressed\nws P text 40 octets in 2 frames compressed\nws P text \"Hello\"");
        // RFC 7692 section 7.2.3.1.
        assertEquals("c107f248cdc9c90700", HexFormat.of().formatHex(said.get(2).octets()));
        assertEquals(List.of(0x41, 0x80, 0x81), said.subList(3, 6).stream().map(s -> s.octets()[0] & 0xFF).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "http C get | s:3: expected the target, such as",
        "http C GET \"x\" | s:3: expected a target that begins with '/', found 'x'",
        "http P GET \"/\" | s:3: expected a status from 100 to 599, found 'GET'",
        "http P 200 \"no field\" | s:3: expected a field, such as",
        "http C GET \"/\" \"A: b\\nC: d\" | s:3: expected a field, such as",
        "ws-open C \"/\" key \"short\" | s:3: expected a key of 16 octets, found '5 octets'",
        "ws-open C \"/\" breaking wind | s:3: expected the rule to break: none",
        "ws C text \"a\" compressed | s:3: expected a ws-open before whose response has",
        "let a pick 3 x y | s:3: expected 3 choices"})
    void aFaultIsToldWithItsLine(String step, String message) {
        LabSyntaxException e = assertThrows(LabSyntaxException.class, () -> said(step));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    /** With zlib, which has no part in making them. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 11, 15})
    void whatIsCompressedCanBeInflated(int windowBits) throws Exception {
        for (boolean takeover : new boolean[] {true, false}) {
            SplittableRandom random = new SplittableRandom(windowBits);
            MessageDeflate deflate = new MessageDeflate(takeover, windowBits);
            Inflater inflater = new Inflater(true);
            for (int i = 0; i < 30; i++) {
                byte[] message = new byte[random.nextInt(i % 7 == 0 ? 40_000 : 400)];
                int letters = 1 + random.nextInt(i % 2 == 0 ? 3 : 256);
                for (int at = 0; at < message.length; at++) {
                    message[at] = (byte) random.nextInt(letters);
                }
                byte[] wire = deflate.compress(message);
                if (!takeover) {
                    inflater.reset();
                }
                byte[] whole = Arrays.copyOf(wire, wire.length + 4);
                whole[wire.length + 2] = (byte) 0xFF;
                whole[wire.length + 3] = (byte) 0xFF;
                inflater.setInput(whole);
                byte[] out = new byte[message.length + 1];
                int got = inflater.inflate(out);
                assertArrayEquals(message, Arrays.copyOf(out, got), "message " + i);
            }
            inflater.end();
        }
    }

    @Test
    void nothingIsReferredToThatIsOutsideTheWindow() {
        byte[] message = new byte[300];
        new SplittableRandom(7).nextBytes(message);
        MessageDeflate small = new MessageDeflate(true, 8);
        MessageDeflate large = new MessageDeflate(true, 9);
        MessageDeflate without = new MessageDeflate(false, 15);
        int first = small.compress(message).length;
        assertEquals(first, large.compress(message).length);
        assertEquals(first, without.compress(message).length);
        assertEquals(first, small.compress(message).length);
        assertEquals(first, without.compress(message).length);
        assertTrue(large.compress(message).length < 10);
    }
}
