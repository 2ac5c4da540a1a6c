package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import packetlab.event.CallEvent;
import packetlab.event.Side;
import packetlab.message.Opcode;
import packetlab.message.WebSocketReader;
import packetlab.message.WebSocketWriter;
import packetlab.message.WsRule;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** The echo server against clients that mean well, and against clients that do not. */
@Timeout(60)
class WebSocketServerTest {
    /** Of the server, in tests that are about its patience; elsewhere it has much, so that a busy machine may stall. */
    private static final int IDLE_MS = 400, PATIENT_MS = 20_000;
    private static final String IMPATIENT = "impatient";
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final List<CallEvent> recorded = new CopyOnWriteArrayList<>();
    private final WebSocketWriter frames = new WebSocketWriter(Side.CLIENT);
    private Stage stage;
    private Stage.Running served;
    private Socket client;

    @BeforeEach
    void serveOneClient(TestInfo test) throws Exception {
        int idleMs = test.getTags().contains(IMPATIENT) ? IDLE_MS : PATIENT_MS;
        stage = new Stage(recorded::add, filter -> { });
        Calls calls = stage.server();
        int listening = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.bind(listening, SocketAddress.loopback(0));
        calls.listen(listening, 1);
        int port = ((SocketAddress.Ipv4) calls.getsockname(listening)).port();
        served = stage.start("server", () -> new WebSocketServer(calls, calls.accept(listening), idleMs).serve());
        client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(30_000);
    }

    @AfterEach
    void everyConnectionEndsWithItsSocketClosed() throws Exception {
        client.close();
        served.join();
        stage.close();
        assertEquals("close", recorded.get(recorded.size() - 2).call());    // the connection's; then the listening one's
    }

    @Test
    void theHandshakeIsAnsweredAsInTheRfc() throws Exception {
        String head = open(request());
        assertTrue(head.startsWith("HTTP/1.1 101 Switching Protocols\r\n"), head);
        assertTrue(head.contains("\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n"), head);
    }

    @Test
    void textOctetsAndFragmentsComeBackAsMessages() throws Exception {
        open(request());
        send(frames.text("안녕하세요"));
        send(frames.binary(new byte[] {0, -1}));
        byte[] word = "fragmented".getBytes(StandardCharsets.US_ASCII);
        send(frames.frame(false, 0, Opcode.TEXT, word, 0, 4));
        send(frames.ping(new byte[] {7}));
        send(frames.frame(true, 0, Opcode.CONTINUATION, word, 4, 6));
        send(frames.close(1000, "bye"));
        assertEquals(List.of("1 안녕하세요", "2 \u0000\uFFFD", "pong 1", "1 fragmented", "close 1000 "), heard());
    }

    @Test
    void aMessageOfTheLargestSizeComesBack() throws Exception {
        open(request());
        byte[] message = new byte[WebSocketServer.MAX_MESSAGE];
        message[message.length - 1] = 'x';
        Stage.Running sending = stage.start("sender", () -> {
            send(frames.binary(message));
            send(frames.close(-1, ""));
        });
        List<byte[]> messages = new ArrayList<>();
        List<String> heard = heard(messages);
        sending.join();
        assertArrayEquals(message, messages.get(0));
        assertEquals("close -1 ", heard.get(1));
    }

    @Test
    void everyOctetMayComeAlone() throws Exception {
        client.setTcpNoDelay(true);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(request().getBytes(StandardCharsets.US_ASCII));
        all.write(frames.text("slow"));
        all.write(frames.close(1001, ""));
        for (byte b : all.toByteArray()) {
            client.getOutputStream().write(b);
        }
        assertTrue(head().startsWith("HTTP/1.1 101 "));
        assertEquals(List.of("1 slow", "close 1001 "), heard());
    }

    @Test
    void framesInTheSegmentOfTheRequestAreNotLost() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(request().getBytes(StandardCharsets.US_ASCII));
        all.write(frames.text("early"));
        all.write(frames.close(1000, ""));
        send(all.toByteArray());
        assertTrue(head().startsWith("HTTP/1.1 101 "));
        assertEquals(List.of("1 early", "close 1000 "), heard());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Upgrade: websocket            | X: y                                  | 400 | Upgrade field names websocket",
        "Sec-WebSocket-Version: 13     | Sec-WebSocket-Version: 8              | 426 | it is 13",
        "Sec-WebSocket-Key: " + KEY + "| Sec-WebSocket-Key: short              | 400 | base64 of 16 octets",
        "GET /                         | POST /                                | 400 | is a GET",
        "HTTP/1.1                      | HTTP/1.0                              | 400 | of HTTP/1.1",
        "GET / HTTP/1.1                | nonsense                              | 400 | is a GET"})
    void aFaultyRequestIsRefusedAndToldWhy(String right, String wrong, int status, String told) throws Exception {
        send(request().replace(right, wrong).getBytes(StandardCharsets.US_ASCII));
        String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains(told), answer);
    }

    @Test
    void anEndlessHeadIsRefused() throws Exception {
        send(("GET / HTTP/1.1\r\nX: " + "y".repeat(WebSocketServer.MAX_HEAD)).getBytes(StandardCharsets.US_ASCII));
        assertTrue(head().startsWith("HTTP/1.1 431 "));
    }

    @ParameterizedTest
    @CsvSource({
        "810548656c6c6f, 1002",                     // not masked
        "c18000000000, 1002",                       // RSV1 without an extension
        "838000000000, 1002",                       // reserved opcode
        "818100000000ff, 1007",                     // not UTF-8
        "81fe000100000000aa, 1002",                 // 16-bit length for one octet
        "82ff800000000000000000000000, 1002",               // 64-bit length with its top bit set
        "82ff000000000010000100000000, 1009",       // one octet more than the limit
        "82ff7fffffffffffffff00000000, 1009",       // all that a length can say
        "098000000000, 1002",                       // a fragmented ping
        "808000000000, 1002",                       // a continuation of nothing
        "88810000000003, 1002",                     // half a close code
        "88820000000003ee, 1002",                   // 1006 on the wire
        "888300000000" + "03e8ff, 1007"})           // a reason that is not UTF-8
    void aBrokenRuleFailsTheConnectionWithItsCode(String hex, int code) throws Exception {
        open(request());
        send(java.util.HexFormat.of().parseHex(hex));
        List<String> heard = heard();
        assertEquals(1, heard.size(), heard.toString());
        assertTrue(heard.get(0).startsWith("close " + code + " "), heard.toString());
        assertTrue(heard.get(0).length() > "close 1002 ".length(), "with a reason");
    }

    @Test
    void manySmallFragmentsDoNotGetPastTheLimit() throws Exception {
        open(request());
        byte[] piece = new byte[60_000];
        Stage.Running sending = stage.start("sender", () -> {
            try {
                send(frames.frame(false, 0, Opcode.BINARY, piece, 0, piece.length));
                for (int i = 0; i < 40; i++) {
                    send(frames.frame(false, 0, Opcode.CONTINUATION, piece, 0, piece.length));
                }
            } catch (SocketException failedByTheServer) {
                // what this test is about
            }
        });
        List<String> heard = heard();
        sending.join();
        assertTrue(heard.isEmpty() || heard.get(0).startsWith("close 1009 "), heard.toString());
    }

    @Test
    @Tag(IMPATIENT)
    void aSilentClientIsToldAndLeft() throws Exception {
        open(request());
        assertEquals(List.of("close 1001 nothing was said for " + IDLE_MS + " ms"), heard());
    }

    @Test
    @Tag(IMPATIENT)
    void aClientThatNeverAsksIsLeft() throws Exception {
        assertEquals(-1, client.getInputStream().read());
    }

    @Test
    void aResetIsNoFailureOfTheServer() throws Exception {
        open(request());
        client.setSoLinger(true, 0);
        client.close();
        served.join();
    }

    @Test
    @Tag(IMPATIENT)
    void aClientThatDoesNotReadItsEchoesIsLeft() throws Exception {
        open(request());
        byte[] flood = frames.binary(new byte[WebSocketServer.MAX_MESSAGE]);
        try {
            for (int i = 0; i < 64; i++) {
                send(flood);
            }
        } catch (SocketException left) {
            // the server's send() waited no longer than it may
        }
        served.join();
    }

    private static String request() {
        return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n";
    }

    private String open(String request) throws IOException {
        send(request.getBytes(StandardCharsets.US_ASCII));
        return head();
    }

    private void send(byte[] data) throws IOException {
        client.getOutputStream().write(data);
    }

    /** Exactly the head of the answer. */
    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = client.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertTrue(b >= 0, "the head ends early: " + head);
            head.append((char) b);
        }
        return head.toString();
    }

    private List<String> heard() throws IOException {
        return heard(new ArrayList<>());
    }

    /** All that the server says until it closes, in words; a server's reset ends it, too. */
    private List<String> heard(List<byte[]> messages) throws IOException {
        List<String> heard = new ArrayList<>();
        WebSocketReader reader = new WebSocketReader(Side.SERVER, 2L * WebSocketServer.MAX_MESSAGE,
                new Listening(heard, messages));
        byte[] bytes = new byte[1 << 16];
        try {
            for (int n = client.getInputStream().read(bytes); n >= 0; n = client.getInputStream().read(bytes)) {
                reader.read(bytes, 0, n);
            }
        } catch (SocketException reset) {
            // only where the test still sends while the server closes
        }
        return heard;
    }

    private record Listening(List<String> heard, List<byte[]> messages) implements WebSocketReader.Handler {
        @Override
        public void onMessage(int opcode, byte[] data) {
            messages.add(data);
            heard.add(opcode + " " + new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void onPing(byte[] payload) {
            heard.add("ping " + payload.length);
        }

        @Override
        public void onPong(byte[] payload) {
            heard.add("pong " + payload.length);
        }

        @Override
        public void onClose(int code, String reason) {
            heard.add("close " + code + " " + reason);
        }

        @Override
        public void onFailure(int closeCode, WsRule rule) {
            heard.add("the server broke " + rule);
        }
    }
}
