package packetlab.web;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Globals;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsSci;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * The chat's server: Tomcat with the page, the plain HTTP transports and, by Spring, WebSocket, SockJS and Socket.IO, all
 * on one port. Binds to loopback unless told otherwise. Closing it ends every connection.
 */
public final class ChatServer implements AutoCloseable {
    private static final int MAX_THREADS = 64, KEEP_ALIVE_MS = 120_000, HEAD_TIMEOUT_MS = 20_000;

    private final Tomcat tomcat;
    private final Hub hub;
    private final Feed feed;
    private final ServerOptions options;
    private final Certificate certificate;

    private ChatServer(Tomcat tomcat, Hub hub, Feed feed, ServerOptions options, Certificate certificate) {
        this.tomcat = tomcat;
        this.hub = hub;
        this.feed = feed;
        this.options = options;
        this.certificate = certificate;
    }

    /**
     * Returns once clients can connect.
     *
     * @throws IOException the address is taken, or no certificate could be made; the message says what to do
     */
    public static ChatServer start(ServerOptions options) throws IOException {
        return start(options, null);
    }

    /** @param workers does the container's work; null for its own */
    static ChatServer start(ServerOptions options, Executor workers) throws IOException {
        WebLog.silence();
        Certificate certificate = options.tls() ? Certificate.make(options.address().getAddress(), options.hosts()) : null;
        Hub hub = new Hub(options.limits(), options.remarks());
        Path folder = Files.createTempDirectory("packetlab-web");     // Tomcat wants one for its files, of which we have none
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());                         // first of all: else it makes one where we are
        try {
            Connector connector = connector(options, certificate);
            if (workers != null) {
                connector.getProtocolHandler().setExecutor(workers);
            }
            tomcat.setConnector(connector);
            tomcat.getEngine().setBackgroundProcessorDelay(-1);
            tomcat.getHost().setAutoDeploy(false);
            addApplication(tomcat, hub, options);
            tomcat.start();
            if (connector.getState() != org.apache.catalina.LifecycleState.STARTED) {
                throw new IOException("cannot serve on " + text(options.address()) + ": the address is in use, not this "
                        + "machine's, or not allowed (ports below 1024 are root's)");
            }
            Feed feed = new Feed(hub, options.feedMs());
            return new ChatServer(tomcat, hub, feed, options, certificate);
        } catch (LifecycleException e) {
            end(tomcat, hub);
            throw new IOException("the web server did not start: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            end(tomcat, hub);
            throw e;
        } finally {
            remove(folder);
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static Connector connector(ServerOptions options, Certificate certificate) {
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(options.address().getPort());
        connector.setThrowOnFailure(false);
        connector.setXpoweredBy(false);
        Map.ofEntries(
                Map.entry("address", options.address().getAddress().getHostAddress()),
                Map.entry("maxThreads", String.valueOf(MAX_THREADS)),
                Map.entry("minSpareThreads", "4"),
                // How long a write may block, and a head may take.
                Map.entry("connectionTimeout", String.valueOf(Math.min(HEAD_TIMEOUT_MS, options.limits().writeTimeoutMs()))),
                Map.entry("keepAliveTimeout", String.valueOf(KEEP_ALIVE_MS)),
                // A hundred would be the default; then the price of polling would be ours, not polling's.
                Map.entry("maxKeepAliveRequests", "-1"),
                // What belonged to one connection never serves another: when a write fails, Tomcat gives back what it keeps of
                // the answer before the writing thread has put the fault down in it, and the next answer would have that fault.
                Map.entry("processorCache", "0"),
                Map.entry("socket.bufferPool", "0"),
                Map.entry("maxConnections", String.valueOf(3 * options.limits().clients() + 100)),
                Map.entry("maxHttpRequestHeaderSize", String.valueOf(Limits.HEAD_OCTETS)),
                Map.entry("maxSwallowSize", String.valueOf(2 * options.limits().bodyOctets())))
                .forEach(connector::setProperty);
        if (certificate != null) {
            connector.setSecure(true);
            connector.setScheme("https");
            connector.setProperty("SSLEnabled", "true");
            SSLHostConfig tls = new SSLHostConfig();
            tls.setProtocols("TLSv1.2+TLSv1.3");
            SSLHostConfigCertificate own = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.UNDEFINED);
            own.setCertificateKeystore(certificate.keys());
            own.setCertificateKeystorePassword(certificate.password());
            own.setCertificateKeyPassword(certificate.password());
            tls.addCertificate(own);
            connector.addSslHostConfig(tls);
        }
        return connector;
    }

    private static void addApplication(Tomcat tomcat, Hub hub, ServerOptions options) {
        Context context = tomcat.addContext("", null);
        context.setParentClassLoader(ChatServer.class.getClassLoader());
        context.setCookies(false);
        int characters = options.limits().bodyOctets();
        context.addParameter(org.apache.tomcat.websocket.server.Constants.TEXT_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM,
                String.valueOf(characters));
        context.addParameter(org.apache.tomcat.websocket.server.Constants.BINARY_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM,
                String.valueOf(options.limits().messageOctets()));
        context.addServletContainerInitializer(new WsSci(), null);

        EngineIo engineIo = new EngineIo(hub, options);
        add(context, "gate", new Gate(hub, options.hosts()), "/*");
        add(context, "polling", engineIo, EngineIo.PATH + "*");
        add(context, "chat", new PlainHttp(hub, options), "/chat/*");
        add(context, "page", new Page(), "", "/lib/*", "/page/*");
        add(context, "spring", new DispatcherServlet(spring(hub, engineIo, options)), "/");     // whatever is left
    }

    private static void add(Context context, String name, Filter filter, String pattern) {
        FilterDef definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName(name);
        map.addURLPattern(pattern);
        context.addFilterMap(map);
    }

    private static void add(Context context, String name, Servlet servlet, String... patterns) {
        Wrapper wrapper = Tomcat.addServlet(context, name, servlet);
        wrapper.setAsyncSupported(true);
        wrapper.setLoadOnStartup(1);
        for (String pattern : patterns) {
            wrapper.addMapping(pattern);
        }
    }

    private static GenericWebApplicationContext spring(Hub hub, EngineIo engineIo, ServerOptions options) {
        GenericWebApplicationContext spring = new GenericWebApplicationContext();
        spring.getBeanFactory().registerSingleton("hub", hub);
        spring.getBeanFactory().registerSingleton("engineIo", engineIo);
        spring.getBeanFactory().registerSingleton("options", options);
        new AnnotatedBeanDefinitionReader(spring).register(SpringSockets.class);
        return spring;
    }

    /** Where it serves; a port that the kernel chose is known. */
    public InetSocketAddress address() {
        return new InetSocketAddress(options.address().getAddress(), port());
    }

    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** Such as {@code http://127.0.0.1:8080}; an address that stands for all is named by loopback. */
    public URI uri() {
        InetAddress bound = options.address().getAddress();
        InetAddress reachable = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
        return URI.create((options.tls() ? "https://" : "http://") + text(new InetSocketAddress(reachable, port())));
    }

    /** Says something to everybody in a room. */
    public void tell(String room, String text) {
        hub.tell(room, Message.of(text));
    }

    public ChatCounters counters() {
        return hub.counters();
    }

    /** For clients that are to trust this server's certificate and no other; null without TLS. */
    public Trust trust() {
        return certificate == null ? null : certificate.trust();
    }

    @Override
    public void close() {
        feed.close();
        end(tomcat, hub);
    }

    private static void end(Tomcat tomcat, Hub hub) {
        hub.close();
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            // what was left of it ends with the process
        }
    }

    /** Once it runs, Tomcat looks for nothing in it; so nothing is left, however we end. */
    private static void remove(Path folder) {
        // Where the next server of this process would make it again.
        System.clearProperty(Globals.CATALINA_HOME_PROP);
        System.clearProperty(Globals.CATALINA_BASE_PROP);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            // somebody has removed it already
        }
    }
}
