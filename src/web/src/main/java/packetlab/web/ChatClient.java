package packetlab.web;

import java.io.IOException;
import java.net.URI;

/**
 * One client of a {@link ChatServer}, over one transport. {@link #send} may be called by one thread at a time and returns
 * when the transport has the message: over the plain HTTP transports and SockJS's, when the server has answered.
 */
public abstract class ChatClient implements AutoCloseable {
    /** How it is with the connection, or with what stands for one. */
    public enum State {
        CONNECTING, OPEN, CLOSED
    }

    /** Called on threads of the client, one at a time. */
    @FunctionalInterface
    public interface Listener {
        /** @param text exactly as it was sent. An exception ends the connection, as far as this client is concerned */
        void message(String text);

        /** @param why in words; null where there is nothing to say */
        default void state(State state, String why) {}
    }

    private final Listener listener;
    private volatile State state = State.CONNECTING;

    ChatClient(Listener listener) {
        this.listener = listener;
    }

    /**
     * Connects and joins the room: every message that is sent from now on is heard.
     *
     * @param server such as {@code http://127.0.0.1:8080}; the path is the transport's own
     * @param name   this client's own, of letters, digits, _ and -: no two may have the same at once
     * @throws IOException there is no such server, or it refuses
     */
    public static ChatClient connect(Transport transport, URI server, String name, Listener listener) throws IOException {
        return connect(transport, server, ClientOptions.named(name), listener);
    }

    /** The same with more to say about it. */
    public static ChatClient connect(Transport transport, URI server, ClientOptions options, Listener listener)
            throws IOException {
        ChatClient client = switch (transport) {
            case HTTP_POLLING, HTTP_LONG_POLLING -> new PollingClient(transport, server, options, listener);
            case HTTP_STREAMING, SSE -> new StreamClient(transport, server, options, listener);
            case WEBSOCKET -> new PlainSocketClient(server, options, listener);
            case WEBSOCKET_DEFLATE -> new AnnotatedSocketClient(server, options, listener);
            case SOCKJS_WEBSOCKET, SOCKJS_XHR_STREAMING, SOCKJS_XHR_POLLING, SOCKJS_EVENTSOURCE ->
                new SockJsClient(transport, server, options, listener);
            case SOCKETIO_POLLING, SOCKETIO_WEBSOCKET, SOCKETIO_UPGRADE ->
                new SocketIoClient(transport, server, options, listener);
        };
        try {
            client.open();
            client.set(State.OPEN, null);
            return client;
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Returns when the room is joined. */
    abstract void open() throws IOException;

    /** @throws IOException it could not be handed over: the connection has ended, or the server refuses the message */
    public abstract void send(String text) throws IOException;

    /** Says goodbye as the transport does, and ends every connection of this client. May be called again. */
    @Override
    public abstract void close();

    public State state() {
        return state;
    }

    /** A listener that fails would end the libraries' threads, most of them in silence; so it is told as the end it is. */
    void heard(String text) {
        try {
            listener.message(text);
        } catch (RuntimeException e) {
            set(State.CLOSED, "what was to hear a message has failed: " + e);
        }
    }

    /** A state that follows CLOSED is none. */
    void set(State next, String why) {
        synchronized (this) {
            if (state == next || state == State.CLOSED) {
                return;
            }
            state = next;
        }
        listener.state(next, why);
    }
}
