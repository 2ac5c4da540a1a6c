package packetlab.web;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The answer to one request, read line by line as it comes. Lines end with a line feed alone. */
final class EndlessAnswer implements Flow.Subscriber<String> {
    private final Http http;
    private final Consumer<String> lines;
    private final Consumer<Throwable> end;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile Flow.Subscription subscription;

    /**
     * @param lines takes each line, without its end
     * @param end   told once, after the last line; null where the server has ended the answer
     */
    EndlessAnswer(Http http, Consumer<String> lines, Consumer<Throwable> end) {
        this.http = http;
        this.lines = lines;
        this.end = end;
    }

    /** Returns when the head of the answer is there. */
    void open(HttpRequest request) throws IOException {
        ask(request);
        opened.orTimeout(http.patienceMs(), TimeUnit.MILLISECONDS);
        http.await(opened);
    }

    /** The same without waiting: where it fails, the end is told. */
    void openSoon(HttpRequest request) {
        ask(request);
        opened.whenComplete((nothing, failure) -> {
            if (failure != null) {
                end.accept(failure);
            }
        });
    }

    private void ask(HttpRequest request) {
        http.client().sendAsync(request, head -> head.statusCode() == 200
                ? HttpResponse.BodySubscribers.fromLineSubscriber(this, ended -> null, StandardCharsets.UTF_8, "\n")
                : HttpResponse.BodySubscribers.replacing(null)).whenComplete((head, failure) -> {
                    if (failure != null) {
                        opened.completeExceptionally(failure);
                    } else if (head.statusCode() != 200) {
                        opened.completeExceptionally(new IOException("the server answered " + head.statusCode()));
                    }
                });
    }

    @Override
    public void onSubscribe(Flow.Subscription body) {
        subscription = body;
        if (http.isClosed()) {
            body.cancel();
        }
        opened.complete(null);
        body.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        lines.accept(line);
    }

    @Override
    public void onError(Throwable error) {
        if (!opened.completeExceptionally(error)) {
            end.accept(error);
        }
    }

    @Override
    public void onComplete() {
        end.accept(null);
    }

    /** Ends its connection. */
    void cancel() {
        Flow.Subscription body = subscription;
        if (body != null) {
            body.cancel();
        }
    }
}
