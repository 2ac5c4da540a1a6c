package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_STREAM;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import packetlab.os.SocketAddress;

/**
 * A WebSocket conversation: our own small server ({@link WebSocketServer}) and, as a client that nobody here wrote, the
 * one of the JDK. Text, a message in three frames with a ping between them, octets, ping and pong, and the closing
 * handshake.
 */
final class WebSocketEcho extends Pair {
    private static final String HELLO = "안녕하세요 서버!";
    private static final String[] PIECES = {"one message ", "in three ", "frames"};
    private static final byte[] OCTETS = {0, 1, 2, 3, (byte) 0xFC, (byte) 0xFD, (byte) 0xFE, (byte) 0xFF};
    private static final int NORMAL_CLOSURE = 1000;

    /** How long a client that nobody here wrote may say nothing. */
    private static final int IDLE_TIMEOUT_MS = 60_000;

    WebSocketEcho() {
        super("websocket-echo", Family.STREAM, Wire.TCP, "a WebSocket from its opening handshake to its closing one");
    }

    @Override
    public boolean everyPacket() {
        return false;
    }

    @Override
    public String otherProgram(String host, int port) {
        return "in a browser's console: new WebSocket('ws://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + port + "/')";
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());                         // port 0: the kernel chooses a free one
        server.listen(listening, 8);
        stage.serving(server.getsockname(listening));               // nothing was sent before this line
        int idleTimeoutMs = stage.servesAnybody() ? IDLE_TIMEOUT_MS : Stage.TIMEOUT_MS;
        for (int served = 0; stage.expects(served); served++) {
            int socket = server.accept(listening);
            stage.attend(socket, () -> new WebSocketServer(server, socket, idleTimeoutMs).serve());
        }
        server.close(listening);
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        HttpClient http = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        Answers answers = new Answers();
        WebSocket client = http.newWebSocketBuilder()
                .connectTimeout(Duration.ofMillis(Stage.TIMEOUT_MS))
                .buildAsync(URI.create("ws://" + server + "/chat"), answers)
                .get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);      // GET /chat, and 101 Switching Protocols

        client.sendText(HELLO, true).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        answers.expect(HELLO);

        client.sendText(PIECES[0], false).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        client.sendText(PIECES[1], false).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        client.sendPing(utf8("hb-1")).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);     // control frames may come between
        answers.expect("pong hb-1");
        client.sendText(PIECES[2], true).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        answers.expect(String.join("", PIECES));

        client.sendBinary(ByteBuffer.wrap(OCTETS), true).get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        answers.expect(OCTETS.length + " octets");

        client.sendClose(NORMAL_CLOSURE, "done").get(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        answers.expect("close " + NORMAL_CLOSURE);                  // then the server ends the connection: FIN
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the client hears, in words. */
    private static final class Answers implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        void expect(String wanted) throws IOException, InterruptedException {
            String answer = heard.poll(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (!wanted.equals(answer)) {
                throw new IOException("the client heard " + (answer == null ? "nothing" : answer) + " instead of "
                        + wanted);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket client, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket client, ByteBuffer data, boolean last) {
            heard.add(data.remaining() + " octets");
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket client, ByteBuffer payload) {
            heard.add("pong " + StandardCharsets.UTF_8.decode(payload));
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket client, int code, String reason) {
            heard.add("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket client, Throwable error) {
            heard.add("an error: " + error.getMessage());
        }
    }
}
