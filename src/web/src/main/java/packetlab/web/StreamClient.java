package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Reads one answer that does not end: lines, or server-sent events. What it says goes by requests beside it. */
final class StreamClient extends ChatClient {
    private final Http http;
    private final String query;
    private final boolean events;
    private final Lined lines = new Lined();

    StreamClient(Transport transport, URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.http = new Http(server, options);
        this.query = "?" + options.query();
        this.events = transport == Transport.SSE;
    }

    @Override
    void open() throws IOException {
        CompletableFuture<HttpResponse<Void>> answer = http.client().sendAsync(
                http.request((events ? "/chat/events" : "/chat/stream") + query)
                        .header("Accept", events ? "text/event-stream" : "text/plain").build(),
                head -> head.statusCode() == 200
                        ? HttpResponse.BodySubscribers.fromLineSubscriber(lines, ended -> null,
                                java.nio.charset.StandardCharsets.UTF_8, "\n")
                        : HttpResponse.BodySubscribers.replacing(null));
        // Complete with the head, not with the body, which has no end.
        lines.opened.orTimeout(http.patienceMs(), java.util.concurrent.TimeUnit.MILLISECONDS);
        answer.whenComplete((head, failure) -> {
            if (failure != null) {
                lines.opened.completeExceptionally(failure);
            } else if (head.statusCode() != 200) {
                lines.opened.completeExceptionally(new IOException("the server answered " + head.statusCode()));
            }
        });
        http.await(lines.opened);
    }

    /** Takes lines as they come. */
    private final class Lined implements Flow.Subscriber<String> {
        private final CompletableFuture<Void> opened = new CompletableFuture<>();
        private final StringBuilder data = new StringBuilder();
        private volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription lines) {
            subscription = lines;
            opened.complete(null);
            lines.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (!events) {
                if (!line.isEmpty()) {
                    heard(Lines.unescape(line));
                }
            } else if (line.startsWith("data:")) {
                data.append(line, line.startsWith("data: ") ? 6 : 5, line.length()).append('\n');
            } else if (line.isEmpty() && data.length() > 0) {
                String text = data.substring(0, data.length() - 1);
                data.setLength(0);
                heard(text);
            }
        }

        @Override
        public void onError(Throwable error) {
            opened.completeExceptionally(error);
            set(State.CLOSED, http.isClosed() ? null : error.getMessage());
        }

        @Override
        public void onComplete() {
            set(State.CLOSED, http.isClosed() ? null : "the server has ended the answer");
        }
    }

    @Override
    public void send(String text) throws IOException {
        Http.expect(http.post("/chat/send" + query, text), 204);
    }

    @Override
    public void close() {
        if (http.isClosed()) {
            return;
        }
        http.close();
        try {
            http.post("/chat/leave" + query, "");
        } catch (IOException e) {
            // the server is gone
        }
        if (lines.subscription != null) {
            lines.subscription.cancel();
        }
        set(State.CLOSED, null);
    }
}
