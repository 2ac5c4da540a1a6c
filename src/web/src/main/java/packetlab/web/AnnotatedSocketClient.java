package packetlab.web;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.websocket.WsWebSocketContainer;
import org.apache.tomcat.websocket.pojo.PojoEndpointClient;

/**
 * A JSR-356 client by annotations, in Tomcat's container, which knows permessage-deflate. Extensions and trust cannot be
 * said by annotations: they stand in the configuration.
 */
final class AnnotatedSocketClient extends ChatClient {
    /** Of one message: allocated for each client at once. */
    private static final int MOST_CHARACTERS = 1 << 16;

    private final URI address;
    private final ClientOptions options;
    private final WsWebSocketContainer container = new WsWebSocketContainer();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Session session;
    private volatile boolean closing;

    AnnotatedSocketClient(URI server, ClientOptions options, Listener listener) {
        super(listener);
        this.address = PlainSocketClient.address(server, SpringSockets.DEFLATE, options);
        this.options = options;
    }

    @Override
    void open() throws IOException {
        ClientEndpointConfig.Builder builder = ClientEndpointConfig.Builder.create()
                .preferredSubprotocols(List.of(SpringSockets.SUBPROTOCOL)).extensions(List.of(new Deflate()));
        if (options.trust() != null) {
            builder.sslContext(options.trust().context());
        }
        ClientEndpointConfig config = builder.build();
        config.getUserProperties().put(org.apache.tomcat.websocket.Constants.IO_TIMEOUT_MS_PROPERTY,
                String.valueOf(options.patienceMs()));
        container.setDefaultMaxTextMessageBufferSize(MOST_CHARACTERS);
        try {
            session = container.connectToServer(new PojoEndpointClient(new Endpoint(), List.of(), null), config, address);
        } catch (DeploymentException e) {
            throw new IOException(e.getMessage(), e);
        }
        // As for the client without compression: what answers a ping has let us in.
        session.getBasicRemote().sendPing(ByteBuffer.wrap(Message.encode(PlainSocketClient.JOINED)));
        try {
            joined.orTimeout(options.patienceMs(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw new IOException("the server has not let us in: " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public void send(String text) throws IOException {
        session.getBasicRemote().sendText(text);
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (session != null) {
            try {
                session.close();
                ended.orTimeout(options.patienceMs(), TimeUnit.MILLISECONDS).join();
            } catch (IOException | CompletionException e) {
                // gone already
            }
        }
        set(State.CLOSED, null);
        container.destroy();
    }

    /** permessage-deflate without parameters. */
    private static final class Deflate implements Extension {
        @Override
        public String getName() {
            return "permessage-deflate";
        }

        @Override
        public List<Parameter> getParameters() {
            return List.of();
        }
    }

    /** What the container calls. */
    @ClientEndpoint
    public final class Endpoint {
        @OnMessage
        public void message(String text) {
            heard(text);
        }

        @OnMessage
        public void answered(PongMessage pong) {
            joined.complete(null);
        }

        @OnClose
        public void closed(CloseReason reason) {
            joined.completeExceptionally(new IOException("closed with " + reason.getCloseCode().getCode() + " "
                    + reason.getReasonPhrase()));
            set(State.CLOSED, closing ? null : "closed by the server: " + reason.getCloseCode().getCode() + " "
                    + reason.getReasonPhrase());
            ended.complete(null);
        }

        @OnError
        public void failed(Throwable error) {
            set(State.CLOSED, closing ? null : String.valueOf(error.getMessage()));
        }
    }
}
