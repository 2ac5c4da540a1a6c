package packetlab.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One client's own HTTP/1.1 connections: shared ones would make many clients look like few. Waiting calls end when
 * {@link #close} is called.
 */
final class Http implements AutoCloseable {
    /** Of all clients; their tasks are short. */
    private static final ExecutorService WORKERS = Executors.newCachedThreadPool(task -> Hub.daemon(task, "chat-http"));
    /** Added to the time that the server is asked to wait. */
    private static final int LONGEST_WAIT_MS = 60_000;

    private final HttpClient client;
    private final URI server;
    private final ClientOptions options;
    private volatile boolean closed;

    Http(URI server, ClientOptions options) {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY).executor(WORKERS)
                .connectTimeout(Duration.ofMillis(options.patienceMs()));
        if (options.trust() != null) {
            builder.sslContext(options.trust().context());
        }
        this.client = builder.build();
        this.server = server;
        this.options = options;
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(server.resolve(target));
    }

    /** For as long as the server may let a request wait. */
    HttpResponse<String> get(String target) throws IOException {
        return await(client.sendAsync(request(target).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)),
                LONGEST_WAIT_MS + options.patienceMs());
    }

    HttpResponse<String> post(String target, String body) throws IOException {
        return await(postAsync(target, body), options.patienceMs());
    }

    /** With no body, for as long as the server may let it wait. */
    HttpResponse<String> postAndWait(String target) throws IOException {
        return await(client.sendAsync(request(target).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)), LONGEST_WAIT_MS + options.patienceMs());
    }

    private CompletableFuture<HttpResponse<String>> postAsync(String target, String body) {
        return client.sendAsync(request(target).header("Content-Type", "text/plain;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Fails where the answer is none of those wanted. */
    static HttpResponse<String> expect(HttpResponse<String> answer, int... wanted) throws IOException {
        for (int status : wanted) {
            if (answer.statusCode() == status) {
                return answer;
            }
        }
        String why = answer.body() == null ? "" : answer.body().strip();
        throw new IOException("the server answered " + answer.statusCode() + (why.isEmpty() ? "" : ": " + why));
    }

    <T> T await(CompletableFuture<T> answer) throws IOException {
        return await(answer, options.patienceMs());
    }

    private <T> T await(CompletableFuture<T> answer, long ms) throws IOException {
        try {
            return answer.get(ms, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectException) {         // its message is empty
                throw new IOException("no connection to " + server + ": nobody serves there, or something is in the way", e);
            }
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer from " + server + " within " + ms + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException(closed ? "closed" : "interrupted", e);
        }
    }

    int patienceMs() {
        return options.patienceMs();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Says a text as a client of the plain transports does. */
    void say(String query, String text) throws IOException {
        expect(post("/chat/send" + query, text), 204);
    }

    /** Takes leave as such a client: the answer ends that connection, and a request that waits. */
    void leave(String query) {
        try {
            post("/chat/leave" + query, "");
        } catch (IOException e) {
            // the server is gone
        }
    }
}
