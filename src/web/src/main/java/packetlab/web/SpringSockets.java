package packetlab.web;

import jakarta.servlet.ServletContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.mvc.HttpRequestHandlerAdapter;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Spring's part: WebSocket with and without compression, and SockJS on all its transports. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SpringSockets implements WebSocketConfigurer {
    static final String PLAIN = "/ws", DEFLATE = "/ws-deflate", SOCKJS = "/sockjs";
    static final String SUBPROTOCOL = "chat.packetlab";
    static final String SOCKJS_SCRIPT = "/lib/sockjs.min.js";
    private static final int STREAM_OCTETS = 128 << 10;

    private final Hub hub;
    private final EngineIo engineIo;
    private final ServerOptions options;
    private final ServletContext container;

    SpringSockets(Hub hub, EngineIo engineIo, ServerOptions options, ServletContext container) {
        this.hub = hub;
        this.engineIo = engineIo;
        this.options = options;
        this.container = container;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        SocketHandler handler = new SocketHandler(hub, options.heartbeatMs());
        registry.addHandler(handler, PLAIN).setHandshakeHandler(new Handshake(container));
        registry.addHandler(handler, DEFLATE).setHandshakeHandler(new Handshake(container));
        registry.addHandler(handler, SOCKJS).setHandshakeHandler(new Handshake(container)).withSockJS()
                .setClientLibraryUrl(SOCKJS_SCRIPT)
                .setMessageCodec(new JsonTexts())
                .setSessionCookieNeeded(false)
                .setHeartbeatTime(options.heartbeatMs())
                .setHttpMessageCacheSize(hub.limits().queuedMessages())
                .setStreamBytesLimit(STREAM_OCTETS);
        registry.addHandler(new EngineSocketHandler(engineIo), EngineIo.PATH).setHandshakeHandler(
                new Handshake(container));
    }

    /** What else would be guessed from a list of classes, some of which are not there. */
    @Bean
    HttpRequestHandlerAdapter handlerAdapter() {
        return new HttpRequestHandlerAdapter();
    }

    /** Agrees to our subprotocol. */
    private static final class Handshake extends DefaultHandshakeHandler {
        Handshake(ServletContext container) {
            setServletContext(container);
            setSupportedProtocols(SUBPROTOCOL);
        }
    }
}
