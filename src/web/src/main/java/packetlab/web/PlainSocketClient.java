package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket, which knows no compression. Pings are answered by the JDK. */
final class PlainSocketClient extends ChatClient {
    /** Of the ping whose answer says that the room is joined. */
    static final String JOINED = "joined?";
    private static final int NORMAL_CLOSURE = 1000;

    private final Http http;
    private final URI address;
    private final int patienceMs;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile WebSocket socket;

    PlainSocketClient(URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.http = new Http(server, options);
        this.address = address(server, SpringSockets.PLAIN, options);
        this.patienceMs = options.patienceMs();
    }

    static URI address(URI server, String path, ClientOptions options) {
        return URI.create(server.resolve(path + "?" + options.query()).toString().replaceFirst("^http", "ws"));
    }

    @Override
    void open() throws IOException {
        socket = http.await(http.client().newWebSocketBuilder().subprotocols(SpringSockets.SUBPROTOCOL)
                .connectTimeout(Duration.ofMillis(patienceMs)).buildAsync(address, new Hearing()));
        // The answer 101 comes before the server's handler has begun; what answers a ping has.
        http.await(socket.sendPing(ByteBuffer.wrap(Message.encode(JOINED))));
        http.await(joined);
    }

    @Override
    public void send(String text) throws IOException {
        http.await(socket.sendText(text, true));
    }

    @Override
    public void close() {
        if (http.isClosed()) {
            return;
        }
        http.close();
        if (socket != null) {
            try {
                http.await(socket.sendClose(NORMAL_CLOSURE, ""));
                ended.orTimeout(patienceMs, TimeUnit.MILLISECONDS).join();
            } catch (IOException | java.util.concurrent.CompletionException e) {
                socket.abort();
            }
        }
        set(State.CLOSED, null);
    }

    private final class Hearing extends WholeTexts {
        @Override
        void whole(String message) {
            heard(message);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket client, ByteBuffer payload) {
            joined.complete(null);
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket client, int code, String reason) {
            joined.completeExceptionally(new IOException("closed by the server: " + code + " " + reason));
            set(State.CLOSED, http.isClosed() ? null : closedBecause(code, reason));
            ended.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket client, Throwable error) {
            joined.completeExceptionally(error);
            set(State.CLOSED, error.getMessage());
            ended.completeExceptionally(error);
        }
    }
}
