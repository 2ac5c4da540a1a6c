package packetlab.web;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import packetlab.event.Side;
import packetlab.os.SocketAddress;
import packetlab.sockets.Stage;

/** One run of {@link ChatWeb}. */
final class ChatWebPlay {
    private static final int POLL_MS = 100, FEED_MS = 1_000, DEMO_FEED_MS = 150, HEARTBEAT_MS = 25_000, TICK_MS = 100;
    private static final String STRANGER = "http://evil.example";
    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final Stage stage;
    private final List<Transport> transports;
    private final boolean tls;

    ChatWebPlay(Stage stage, List<Transport> transports, boolean tls) {
        this.stage = stage;
        this.transports = transports;
        this.tls = tls;
    }

    void play() throws Exception {
        switch (stage.half()) {
            case SERVE -> serve();
            case CONNECT -> {
                InetSocketAddress server = inet(stage.address());
                stage.ready("tcp port " + server.getPort());
                talk(URI.create((tls ? "https://" : "http://") + stage.address()), null, false);
            }
            case BOTH -> {
                try (ChatServer server = ChatServer.start(options(DEMO_FEED_MS))) {
                    stage.ready("tcp port " + server.port());
                    talk(server.uri(), server.trust(), true);
                }
            }
        }
    }

    private ServerOptions options(int feedMs) throws IOException {
        InetSocketAddress address = inet(stage.at());
        return ServerOptions.DEFAULT.withAddress(address).withTls(tls).withFeedMs(feedMs).withHeartbeatMs(HEARTBEAT_MS)
                .withHosts(address.getAddress().isLoopbackAddress() ? Set.of() : ownNames())
                .withRemarks(remark -> stage.say(Side.SERVER, remark));
    }

    /** What others call this machine. */
    private static Set<String> ownNames() {
        try {
            String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            return name.matches("[a-z0-9][a-z0-9.-]*") ? Set.of(name) : Set.of();
        } catch (UnknownHostException e) {
            return Set.of();
        }
    }

    /** Until somebody ends it, or so many clients have come and gone as were asked for. */
    private void serve() throws Exception {
        try (ChatServer server = ChatServer.start(options(FEED_MS))) {
            stage.serving(address(server.address()), "tcp port " + server.port());
            ChatCounters now = server.counters();
            while (stage.clients() == 0 || now.joined() < stage.clients() || now.clients() > 0) {
                Thread.sleep(TICK_MS);
                now = server.counters();
            }
        }
    }

    private static InetSocketAddress inet(SocketAddress address) throws IOException {
        if (address instanceof SocketAddress.Ipv4 v4) {
            byte[] octets = ByteBuffer.allocate(4).putInt(v4.address()).array();
            return new InetSocketAddress(InetAddress.getByAddress(octets), v4.port());
        }
        if (address instanceof SocketAddress.Ipv6 v6) {
            byte[] octets = ByteBuffer.allocate(16).putLong(v6.high()).putLong(v6.low()).array();
            return new InetSocketAddress(Inet6Address.getByAddress(null, octets, v6.scope()), v6.port());
        }
        throw new IOException("the web is on the internet's addresses, and " + address + " is none");
    }

    private static SocketAddress address(InetSocketAddress inet) {
        ByteBuffer octets = ByteBuffer.wrap(inet.getAddress().getAddress());
        return octets.capacity() == 4 ? new SocketAddress.Ipv4(octets.getInt(), inet.getPort())
                : new SocketAddress.Ipv6(octets.getLong(0), octets.getLong(8), inet.getPort(), 0);
    }

    /** @param ours whether the server is the one here, whose feed we know */
    private void talk(URI server, Trust trust, boolean ours) throws Exception {
        Hearing bob = new Hearing();
        // One transport alone is shown alone: then Bob comes the same way.
        Transport bobs = transports.size() == 1 ? transports.get(0) : Transport.WEBSOCKET;
        stage.say(Side.CLIENT, "Bob comes over " + bobs.id());
        try (ChatClient second = ChatClient.connect(bobs, server, client("bob", trust), bob)) {
            for (Transport transport : transports) {
                stage.say(Side.CLIENT, transport.id() + ": " + transport.description());
                Hearing ann = new Hearing();
                try (ChatClient first = ChatClient.connect(transport, server, client("ann", trust), ann)) {
                    first.send("hello from Ann over " + transport.id());
                    bob.expect("hello from Ann over " + transport.id());
                    second.send("안녕, Ann");
                    ann.expect("안녕, Ann");
                    if (first instanceof SocketIoClient socketIo) {
                        extras(socketIo, bob);
                    }
                }
            }
            refused(server, trust);
        }
        if (ours) {
            feed(server, trust);
        }
    }

    private static ClientOptions client(String name, Trust trust) {
        return ClientOptions.named(name).withPollMs(POLL_MS).withTrust(trust);
    }

    /** What only Socket.IO has: an answer to an event, octets beside text. */
    private void extras(SocketIoClient ann, Hearing bob) throws IOException, InterruptedException {
        stage.say(Side.CLIENT, "an event that is acknowledged, and one with octets");
        ann.sendAcknowledged("did you get this?");
        bob.expect("did you get this?");
        ann.sendFile("picture.png", PICTURE);
        bob.expectStart("picture.png");
    }

    /** One way: who comes into the room of prices only hears. */
    private void feed(URI server, Trust trust) throws IOException, InterruptedException {
        stage.say(Side.CLIENT, "prices, one way, over sse");
        Hearing prices = new Hearing();
        ChatClient cho = ChatClient.connect(Transport.SSE, server, client("cho", trust).withRoom(Hub.PRICES), prices);
        try {
            prices.expectStart("{\"name\":");
            prices.expectStart("{\"name\":");
        } finally {
            cho.close();
        }
    }

    /** A page of somebody else's in Ann's browser would send its own origin. */
    private void refused(URI server, Trust trust) throws IOException {
        stage.say(Side.CLIENT, "a page of " + STRANGER + " is refused");
        try (Http http = new Http(server, client("mallory", trust))) {
            URI address = PlainSocketClient.address(server, SpringSockets.PLAIN, client("mallory", trust));
            http.client().newWebSocketBuilder().header("Origin", STRANGER)
                    .buildAsync(address, new WebSocket.Listener() { }).join().abort();
            throw new IOException("the server let in a page of " + STRANGER);
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof WebSocketHandshakeException refusal) || refusal.getResponse().statusCode() != 403) {
                throw new IOException("the server did not refuse a page of " + STRANGER + " as it should: " + e.getCause(), e);
            }
        }
    }

    /** What one of them hears. */
    private static final class Hearing implements ChatClient.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

        @Override
        public void message(String text) {
            texts.add(text);
        }

        void expect(String wanted) throws IOException, InterruptedException {
            String text = next();
            if (!text.equals(wanted)) {
                throw new IOException("heard '" + text + "' instead of '" + wanted + "'");
            }
        }

        void expectStart(String wanted) throws IOException, InterruptedException {
            String text = next();
            if (!text.startsWith(wanted)) {
                throw new IOException("heard '" + text + "' instead of '" + wanted + "...'");
            }
        }

        private String next() throws IOException, InterruptedException {
            String text = texts.poll(Stage.TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (text == null) {
                throw new IOException("nothing was heard for " + Stage.TIMEOUT_MS / 1_000 + " s");
            }
            return text;
        }
    }
}
