package packetlab.web;

import io.socket.client.IO;
import io.socket.client.Socket;
import io.socket.engineio.client.transports.Polling;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocket;
import okio.ByteString;

/** The Java client of the Socket.IO project: by polling, by WebSocket, or by the one until the other is there. */
final class SocketIoClient extends ChatClient {
    private static final String MESSAGE = "message", FILE = "file", POLLING = Polling.NAME, WEBSOCKET = "websocket";

    private static final int LINGER_S = 2, MAX_IDLE = 5;

    private final Socket socket;
    private final int patienceMs;
    private final boolean upgrades;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> upgraded = new CompletableFuture<>();
    private final CompletableFuture<Object> ended = new CompletableFuture<>();
    private volatile boolean closing;

    SocketIoClient(Transport transport, URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.patienceMs = options.patienceMs();
        this.upgrades = transport == Transport.SOCKETIO_UPGRADE;
        // Its threads and idle connections end by themselves, after the words of goodbye, which are said behind our back.
        OkHttpClient.Builder builder = new OkHttpClient.Builder().readTimeout(0, TimeUnit.MILLISECONDS)
                .dispatcher(new Dispatcher(new ThreadPoolExecutor(0, Integer.MAX_VALUE, LINGER_S, TimeUnit.SECONDS,
                        new SynchronousQueue<>(), task -> Hub.daemon(task, "chat-okhttp"))))
                .connectionPool(new ConnectionPool(MAX_IDLE, LINGER_S, TimeUnit.SECONDS));
        if (options.trust() != null) {
            builder.sslSocketFactory(options.trust().context().getSocketFactory(), options.trust().manager());
        }
        OkHttpClient http = builder.build();
        IO.Options io = new IO.Options();
        io.forceNew = true;
        io.reconnection = false;
        io.query = options.query();
        io.callFactory = http;
        io.webSocketFactory = (request, events) -> new Watched(http.newWebSocket(request, events));
        io.transports = switch (transport) {
            case SOCKETIO_POLLING -> new String[] {POLLING};
            case SOCKETIO_WEBSOCKET -> new String[] {WEBSOCKET};
            default -> new String[] {POLLING, WEBSOCKET};
        };
        this.socket = IO.socket(server, io);
    }

    @Override
    void open() throws IOException {
        socket.on(Socket.EVENT_CONNECT, nothing -> opened.complete(null));
        socket.on(Socket.EVENT_CONNECT_ERROR, why -> opened.completeExceptionally(
                new IOException("the server refuses: " + (why.length == 0 ? "" : why[0]))));
        socket.on(Socket.EVENT_DISCONNECT, why -> {
            set(State.CLOSED, closing || why.length == 0 ? null : String.valueOf(why[0]));
            ended.completeExceptionally(new IOException("the connection has ended"));
        });
        socket.on(MESSAGE, arguments -> heard(String.valueOf(arguments[0])));
        socket.on("price", arguments -> heard(String.valueOf(arguments[0])));
        socket.on(FILE, arguments -> heard(Message.of(new Message.File(String.valueOf(arguments[0]),
                (byte[]) arguments[1])).text()));
        socket.connect();
        await(opened);
        if (upgrades) {
            await(upgraded);
        }
    }

    /** A WebSocket that tells when the library takes it into use: by the packet that says so to the server. */
    private final class Watched implements WebSocket {
        private static final String UPGRADE = "5";
        private final WebSocket socket;

        Watched(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public boolean send(String text) {
            boolean queued = socket.send(text);
            if (text.equals(UPGRADE)) {
                upgraded.complete(null);
            }
            return queued;
        }

        @Override
        public boolean send(ByteString octets) {
            return socket.send(octets);
        }

        @Override
        public Request request() {
            return socket.request();
        }

        @Override
        public long queueSize() {
            return socket.queueSize();
        }

        @Override
        public boolean close(int code, String reason) {
            return socket.close(code, reason);
        }

        @Override
        public void cancel() {
            socket.cancel();
        }
    }


    private <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get(patienceMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + patienceMs + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void send(String text) throws IOException {
        if (!socket.connected()) {
            throw new IOException("not connected");
        }
        socket.emit(MESSAGE, text);
    }

    /** Returns when the server has acknowledged it. */
    void sendAcknowledged(String text) throws IOException {
        acknowledged(MESSAGE, text);
    }

    /** Octets with a name, acknowledged, too. */
    void sendFile(String name, byte[] octets) throws IOException {
        acknowledged(FILE, name, octets);
    }

    private void acknowledged(String event, Object... values) throws IOException {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        socket.emit(event, values, arguments -> answer.complete(arguments[0]));
        Object said = await(CompletableFuture.anyOf(answer, ended));
        if (!"ok".equals(said)) {
            throw new IOException("the server says: " + said);
        }
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        socket.disconnect();
        set(State.CLOSED, null);
    }
}
