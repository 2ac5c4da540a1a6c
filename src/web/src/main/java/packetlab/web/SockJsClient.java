package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * SockJS as sockjs-client does it (sockjs-protocol.py): first {@code /info}, then a session of a server and an id that the
 * client makes up, on one of its transports. Spring's own client knows three of the four and takes a thread for each.
 */
final class SockJsClient extends ChatClient {
    private static final int SERVERS = 1_000, ID_LENGTH = 8, NORMAL_CLOSURE = 1000;
    private static final String EVENT = "data: ";

    private final Transport transport;
    private final URI server;
    private final ClientOptions options;
    private final Http http;
    private final JsonTexts codec = new JsonTexts();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final String session;
    private volatile EndlessAnswer answer;
    private volatile WebSocket socket;
    private volatile Thread asker;

    SockJsClient(Transport transport, URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.transport = transport;
        this.server = server;
        this.options = options;
        this.http = new Http(server, options);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder id = new StringBuilder();
        while (id.length() < ID_LENGTH) {
            id.append(Character.forDigit(random.nextInt(Character.MAX_RADIX), Character.MAX_RADIX));
        }
        this.session = String.format("%s/%03d/%s", SpringSockets.SOCKJS, random.nextInt(SERVERS), id);
    }

    private String target(String end) {
        return session + end + "?" + options.query();
    }

    @Override
    void open() throws IOException {
        Http.expect(http.get(SpringSockets.SOCKJS + "/info?" + options.query()), 200);
        switch (transport) {
            case SOCKJS_WEBSOCKET -> socket = http.await(http.client().newWebSocketBuilder()
                    .connectTimeout(Duration.ofMillis(options.patienceMs()))
                    .buildAsync(PlainSocketClient.address(server, session + "/websocket", options), new Frames()));
            case SOCKJS_XHR_POLLING -> {
                asker = Hub.daemon(this::poll, "chat-" + transport.id());
                asker.start();
            }
            default -> stream();
        }
        http.await(opened);
    }

    /** One answer after the other: the server ends each after 128 KB. */
    private void stream() {
        boolean events = transport == Transport.SOCKJS_EVENTSOURCE;
        answer = new EndlessAnswer(http, line -> frame(events ? event(line) : line), failure -> {
            if (failure == null && state() != State.CLOSED && !http.isClosed()) {
                stream();
            } else {
                ended(failure);
            }
        });
        HttpRequest.Builder request = http.request(target(events ? "/eventsource" : "/xhr_streaming"));
        answer.openSoon((events ? request.header("Accept", "text/event-stream")
                : request.POST(HttpRequest.BodyPublishers.noBody())).build());
    }

    private static String event(String line) {
        String plain = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        return plain.startsWith(EVENT) ? plain.substring(EVENT.length()) : "";
    }

    private void poll() {
        try {
            while (!http.isClosed() && state() != State.CLOSED) {
                HttpResponse<String> frames = Http.expect(http.postAndWait(target("/xhr")), 200);
                for (String line : frames.body().split("\n")) {
                    frame(line);
                }
            }
        } catch (IOException e) {
            ended(e);
        }
    }

    private void ended(Throwable failure) {
        String why = failure == null ? "the server has ended it" : String.valueOf(failure.getMessage());
        opened.completeExceptionally(new IOException(why));
        set(State.CLOSED, http.isClosed() ? null : why);
    }

    /** One frame: open, heartbeat, array of messages, close. */
    void frame(String frame) {
        switch (frame.isEmpty() ? ' ' : frame.charAt(0)) {
            case 'o' -> {
                // Who was away too long is forgotten, and the server begins anew with the next request.
                if (!opened.complete(null)) {
                    ended(new IOException("the server had given the session up: what was said meanwhile is lost"));
                }
            }
            case 'a' -> {
                try {
                    for (String text : codec.decode(frame.substring(1))) {
                        heard(text);
                    }
                } catch (IOException e) {
                    ended(e);
                }
            }
            case 'c' -> ended(new IOException("closed by the server: " + frame.substring(1)));
            default -> { }
        }
    }

    @Override
    public void send(String text) throws IOException {
        String array = "[" + JsonTexts.quote(text) + "]";
        if (socket != null) {
            http.await(socket.sendText(array, true));
        } else {
            Http.expect(http.post(target("/xhr_send"), array), 204);
        }
    }

    /** The protocol knows no word of goodbye: the connection ends, and the server notices. */
    @Override
    public void close() {
        if (http.isClosed()) {
            return;
        }
        http.close();
        if (socket != null) {
            try {
                http.await(socket.sendClose(NORMAL_CLOSURE, ""));
            } catch (IOException e) {
                socket.abort();
            }
        }
        if (answer != null) {
            answer.cancel();
        }
        if (asker != null) {
            asker.interrupt();
        }
        set(State.CLOSED, null);
    }

    private final class Frames extends WholeTexts {
        @Override
        void whole(String message) {
            frame(message);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket client, int code, String reason) {
            ended(new IOException(closedBecause(code, reason)));
            return null;
        }

        @Override
        public void onError(WebSocket client, Throwable error) {
            ended(error);
        }
    }
}
