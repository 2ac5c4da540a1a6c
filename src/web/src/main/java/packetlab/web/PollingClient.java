package packetlab.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;

/** Asks for messages: at an interval, or again and again where the server lets each request wait. */
final class PollingClient extends ChatClient {
    private final Http http;
    private final String target;
    private final String query;
    private final int pauseMs;
    private final Thread asker;

    PollingClient(Transport transport, URI server, ClientOptions options, Listener listener) {
        super(listener);
        boolean waits = transport == Transport.HTTP_LONG_POLLING;
        this.http = new Http(server, options);
        this.query = "?" + options.query();
        this.target = (waits ? "/chat/long-poll" : "/chat/poll") + query;
        this.pauseMs = waits ? 0 : options.pollMs();
        this.asker = Hub.daemon(this::ask, "chat-" + transport.id());
    }

    @Override
    void open() throws IOException {
        take(http.get(target));
        asker.start();
    }

    private void ask() {
        try {
            while (!http.isClosed() && state() != State.CLOSED) {
                if (pauseMs > 0) {
                    Thread.sleep(pauseMs);
                }
                take(http.get(target));
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IOException e) {
            set(State.CLOSED, http.isClosed() ? null : e.getMessage());
        }
    }

    private void take(HttpResponse<String> answer) throws IOException {
        String body = Http.expect(answer, 200, 204).body();
        if (answer.statusCode() == 200 && !http.isClosed()) {
            for (String line : body.split("\n")) {
                heard(Lines.unescape(line));
            }
        }
    }

    @Override
    public void send(String text) throws IOException {
        http.say(query, text);
    }

    @Override
    public void close() {
        if (http.isClosed()) {
            return;
        }
        http.close();
        http.leave(query);
        asker.interrupt();
        set(State.CLOSED, null);
    }
}
