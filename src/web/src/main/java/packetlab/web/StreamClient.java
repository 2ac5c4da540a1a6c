package packetlab.web;

import java.io.IOException;
import java.net.URI;

/** Reads one answer that does not end: lines, or server-sent events. What it says goes by requests beside it. */
final class StreamClient extends ChatClient {
    private static final String DATA = "data:";

    private final Http http;
    private final String query;
    private final boolean events;
    private final StringBuilder data = new StringBuilder();
    private final EndlessAnswer answer;

    StreamClient(Transport transport, URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.http = new Http(server, options);
        this.query = "?" + options.query();
        this.events = transport == Transport.SSE;
        this.answer = new EndlessAnswer(http, events ? this::event : this::line, failure -> set(State.CLOSED,
                http.isClosed() ? null : failure == null ? "the server has ended the answer" : failure.getMessage()));
    }

    @Override
    void open() throws IOException {
        answer.open(http.request((events ? "/chat/events" : "/chat/stream") + query)
                .header("Accept", events ? "text/event-stream" : "text/plain").build());
    }

    private void line(String line) {
        if (!line.isEmpty()) {
            heard(Lines.unescape(line));
        }
    }

    private void event(String line) {
        if (line.startsWith(DATA)) {
            boolean space = line.startsWith(" ", DATA.length());
            data.append(line, DATA.length() + (space ? 1 : 0), line.length()).append('\n');
        } else if (line.isEmpty() && data.length() > 0) {
            String text = data.substring(0, data.length() - 1);
            data.setLength(0);
            heard(text);
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
        answer.cancel();
        set(State.CLOSED, null);
    }
}
