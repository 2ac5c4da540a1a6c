package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The chat on loopback: every transport with every other, and what clients may not do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ChatServerTest {
    private static final int FEED_MS = 50, WAIT_MS = 300;
    /** Only of the server whose clients are not to answer: under load an answer can take longer. */
    private static final int HEARTBEAT_MS = 300;
    private static final String[] TEXTS = {"plain", "안녕하세요 🙂", "two\nlines \\ and \"quotes\"", "<b>&amp;</b>"};
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private static final Queue<String> REMARKS = new ConcurrentLinkedQueue<>();
    private static ChatServer server;

    @BeforeAll
    static void start() throws IOException {
        server = ChatServer.start(ServerOptions.DEFAULT.withFeedMs(FEED_MS).withWaitMs(WAIT_MS)
                .withRemarks(REMARKS::add));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** For who reads that something did not come. */
    private static String facts(String name, ChatClient client) {
        return name + " is " + client.state() + ", " + server.counters() + ", " + REMARKS;
    }

    private static ClientOptions options(String name, String room) {
        return ClientOptions.named(name).withRoom(room).withPollMs(20).withTrust(server.trust());
    }

    @Test
    void whatOneTransportSaysAllOthersHearOnceAndInOrder() throws Exception {
        Map<Transport, Ear> ears = new EnumMap<>(Transport.class);
        Map<Transport, ChatClient> clients = new EnumMap<>(Transport.class);
        try {
            for (Transport transport : Transport.all()) {
                Ear ear = new Ear();
                ears.put(transport, ear);
                clients.put(transport, ChatClient.connect(transport, server.uri(), options(transport.id(), "all"), ear));
            }
            for (Transport speaker : Transport.all()) {
                for (String text : TEXTS) {
                    clients.get(speaker).send(text);
                }
                for (Transport hearer : Transport.all()) {
                    if (hearer != speaker) {
                        assertEquals(List.of(TEXTS), ears.get(hearer).next(TEXTS.length), speaker + " to " + hearer);
                    }
                }
            }
            ears.forEach((transport, ear) -> assertFalse(ear.hasMore(), transport + " hears more than was said"));
            clients.forEach((transport, client) -> assertEquals(ChatClient.State.OPEN, client.state(), transport.id()));
        } finally {
            clients.values().forEach(ChatClient::close);
        }
        clients.forEach((transport, client) -> assertEquals(ChatClient.State.CLOSED, client.state(), transport.id()));
    }

    @Test
    void whoHasConnectedHasJoined() throws Exception {
        for (Transport transport : Transport.all()) {
            for (int i = 0; i < 5; i++) {
                Ear ear = new Ear();
                String name = "join-" + transport.id() + i;
                try (ChatClient client = ChatClient.connect(transport, server.uri(), options(name, name), ear)) {
                    server.tell(name, "at once");
                    assertEquals("at once", ear.next(() -> facts(name, client)));
                    assertEquals(ChatClient.State.OPEN, client.state());
                }
            }
        }
    }

    @Test
    void whoWantsToHearsItselfToo() throws Exception {
        for (Transport transport : Transport.all()) {
            Ear ear = new Ear();
            try (ChatClient client = ChatClient.connect(transport, server.uri(),
                    options("echo-" + transport.id(), "echo-" + transport.id()).withEcho(true), ear)) {
                client.send("me");
                assertEquals("me", ear.next(() -> facts(transport.id(), client)));
            }
        }
    }

    @Test
    void pricesComeOneWayOverEveryTransport() throws Exception {
        for (Transport transport : Transport.all()) {
            Ear ear = new Ear();
            try (ChatClient client = ChatClient.connect(transport, server.uri(),
                    options("feed-" + transport.id(), Hub.PRICES), ear)) {
                for (String price : ear.next(2)) {
                    // org.json keeps no order of its own
                    assertTrue(price.matches("\\{(\"name\":\"(ACK|SYN|FIN)\"|\"price\":\\d+(\\.\\d+)?|,){3}}"),
                            transport + ": " + price);
                }
                assertEquals(ChatClient.State.OPEN, client.state());
            }
        }
        try (ChatClient client = ChatClient.connect(Transport.HTTP_POLLING, server.uri(), options("p", Hub.PRICES),
                text -> { })) {
            assertThrows(IOException.class, () -> client.send("{\"name\":\"ACK\",\"price\":0.01}"));
        }
    }

    @Test
    void aPageOfAnotherOriginIsRefusedOnEveryPath() throws Exception {
        String host = "Host: 127.0.0.1:" + server.port();
        List<String> requests = List.of("GET /chat/poll?id=a", "GET /chat/stream", "GET /chat/events", "GET /ws",
                "GET /ws-deflate", "GET /sockjs/info", "GET /sockjs/000/abcdefgh/websocket",
                "GET /socket.io/?EIO=4&transport=polling", "GET /socket.io/?EIO=4&transport=websocket");
        for (String request : requests) {
            boolean opening = request.contains("ws") || request.contains("websocket");
            for (String foreign : List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
                    "Origin: https://127.0.0.1:" + server.port())) {
                assertEquals(403, RawHttp.status(server, request + " HTTP/1.1", host, foreign, opening ? UPGRADE : "X: y"),
                        request + " " + foreign);
            }
        }
        assertEquals(101, RawHttp.status(server, "GET /ws HTTP/1.1", host, "Origin: http://127.0.0.1:" + server.port(),
                UPGRADE));
        assertTrue(REMARKS.stream().anyMatch(r -> r.contains("http://evil.example")), REMARKS.toString());
    }

    @Test
    void onlyOneAddressCompressesHoweverMuchIsOffered() throws Exception {
        for (String path : List.of("/ws", "/sockjs/000/abcdefgh/websocket", "/socket.io/?EIO=4&transport=websocket",
                "/ws-deflate")) {
            try (RawHttp http = new RawHttp(server, 0)) {
                http.send("GET " + path + " HTTP/1.1", "Host: localhost", UPGRADE,
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
                String head = http.head();
                assertTrue(head.startsWith("HTTP/1.1 101"), path + ": " + head);
                assertEquals(path.equals("/ws-deflate"), head.toLowerCase(java.util.Locale.ROOT)
                        .contains("sec-websocket-extensions: permessage-deflate"), path + ": " + head);
            }
        }
    }

    @Test
    void aNameThatWasMadeToPointHereIsRefused() throws Exception {
        assertEquals(403, RawHttp.status(server, "GET / HTTP/1.1", "Host: evil.example:" + server.port()));
        assertEquals(403, RawHttp.status(server, "GET /ws HTTP/1.1", "Host: evil.example", "Origin: http://evil.example",
                UPGRADE));
        assertEquals(200, RawHttp.status(server, "GET / HTTP/1.1", "Host: localhost:" + server.port()));
        assertEquals(200, RawHttp.status(server, "GET / HTTP/1.1", "Host: [::1]:" + server.port()));
    }

    @Test
    void headsAndBodiesHaveLimits() throws Exception {
        String host = "Host: localhost";
        assertEquals(400, RawHttp.status(server, "GET / HTTP/1.1", host, "X: " + "x".repeat(Limits.HEAD_OCTETS)));
        assertEquals(413, RawHttp.status(server, "POST /chat/send HTTP/1.1", host, "Content-Length: 100000000"));
        String chunked = "POST /chat/send?room=chunks HTTP/1.1";
        String chunks = "Transfer-Encoding: chunked\r\n\r\n";
        assertEquals(413, RawHttp.status(server, chunked, host, chunks + "FFFF\r\n" + "x".repeat(0xFFFF)));
        assertEquals(204, RawHttp.status(server, chunked, host, chunks + "5\r\nhello\r\n0"));
        assertEquals(405, RawHttp.status(server, "PUT /chat/send HTTP/1.1", host, "Content-Length: 0"));
        assertEquals(404, RawHttp.status(server, "GET /page/../chat HTTP/1.1", host));
        assertEquals(400, RawHttp.status(server, "GET /chat/poll?id=%2e%2e HTTP/1.1", host));
        assertEquals(400, RawHttp.status(server, "GET /chat/poll?id=a&room=%3Cb%3E HTTP/1.1", host));
    }

    @Test
    void aMessageThatIsTooLongIsRefusedAndNobodyHearsIt() throws Exception {
        String tooLong = "x".repeat(Limits.DEFAULT.messageOctets() + 1);
        for (Transport transport : List.of(Transport.HTTP_POLLING, Transport.SSE, Transport.WEBSOCKET,
                Transport.WEBSOCKET_DEFLATE, Transport.SOCKJS_WEBSOCKET)) {
            String room = "long-" + transport.id();
            Ear witness = new Ear();
            Ear ear = new Ear();
            try (ChatClient other = ChatClient.connect(Transport.WEBSOCKET, server.uri(), options("w-" + room, room), witness);
                    ChatClient client = ChatClient.connect(transport, server.uri(), options("c-" + room, room), ear)) {
                if (transport == Transport.HTTP_POLLING || transport == Transport.SSE) {
                    assertThrows(IOException.class, () -> client.send(tooLong));
                } else {
                    client.send(tooLong);
                    String why = ear.end();
                    assertTrue(why.contains("1009"), transport + ": " + why);
                }
                server.tell(room, "still here");
                assertEquals("still here", witness.next(), transport.id());
                assertEquals(ChatClient.State.OPEN, other.state());
            }
        }
    }

    @Test
    void longPollingAnswersWithNothingAfterAWhile() throws Exception {
        String target = "GET /chat/long-poll?id=patient&room=patient HTTP/1.1";
        assertEquals(204, RawHttp.status(server, target, "Host: localhost"));
        assertEquals(204, RawHttp.status(server, target, "Host: localhost"));
        server.tell("patient", "now");
        assertEquals(200, RawHttp.status(server, target, "Host: localhost"));
    }

    @Test
    void whatAStreamThatBrokeDidNotTakeIsThereWhenItsClientComesBack() throws Exception {
        String target = "GET /chat/events?id=broken&room=broken HTTP/1.1";
        try (RawHttp first = new RawHttp(server, 0)) {
            first.send(target, "Host: localhost");
            first.head();
        }
        // The server finds out by writing: the first text goes to a connection that has ended, later ones fail and wait.
        for (int i = 0; i < 20; i++) {
            server.tell("broken", "text " + i);
            Thread.sleep(10);
        }
        try (RawHttp again = new RawHttp(server, 0)) {
            again.send(target, "Host: localhost");
            again.head();
            StringBuilder body = new StringBuilder();
            while (body.indexOf("data: text 19\n\n") < 0) {
                int octet = again.read();
                assertTrue(octet >= 0, "ended after " + body);
                body.append((char) octet);
            }
        }
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndHoldsUpNobody() throws Exception {
        Ear ear = new Ear();
        String text = "x".repeat(Limits.DEFAULT.messageOctets());
        try (ChatClient quick = ChatClient.connect(Transport.WEBSOCKET, server.uri(), options("quick", "slow"), ear);
                RawHttp slow = new RawHttp(server, 4_096)) {
            slow.send("GET /chat/stream?id=sloth&room=slow HTTP/1.1", "Host: localhost");
            slow.head();
            int told = 0;
            while (REMARKS.stream().noneMatch(r -> r.contains("http-streaming client is dropped: it does not read"))) {
                server.tell("slow", text);
                assertEquals(text, ear.next());
                told++;
                assertTrue(told < 5_000, "never dropped");
            }
            assertEquals(ChatClient.State.OPEN, quick.state());
        }
        assertTrue(server.counters().dropped() > 0);
        assertTrue(server.counters().messagesLost() > 0);
    }

    @Test
    void aSocketThatDoesNotAnswerPingsIsDropped() throws Exception {
        try (ChatServer beating = ChatServer.start(ServerOptions.DEFAULT.withHeartbeatMs(HEARTBEAT_MS));
                RawHttp silent = new RawHttp(beating, 0)) {
            silent.send("GET /ws HTTP/1.1", "Host: localhost", UPGRADE);
            assertTrue(silent.head().startsWith("HTTP/1.1 101"));
            StringBuilder frames = new StringBuilder();
            while (!frames.toString().matches("89026862.*88..03f5.*")) {        // ping "hb", close 1013
                int octet = silent.read();
                assertTrue(octet >= 0, "ended after " + frames);
                frames.append(String.format("%02x", octet));
            }
            assertEquals(1, beating.counters().dropped());
        }
    }

    @Test
    void thereIsAMostOfClients() throws Exception {
        Limits two = new Limits(2, 1_000, 10, 10_000, 1_000);
        List<ChatClient> clients = new ArrayList<>();
        try (ChatServer small = ChatServer.start(ServerOptions.DEFAULT.withLimits(two))) {
            for (Transport transport : List.of(Transport.SSE, Transport.WEBSOCKET)) {
                clients.add(ChatClient.connect(transport, small.uri(), transport.id(), text -> { }));
            }
            assertThrows(IOException.class,
                    () -> ChatClient.connect(Transport.HTTP_POLLING, small.uri(), "third", text -> { }));
            assertThrows(IOException.class,
                    () -> ChatClient.connect(Transport.SOCKETIO_POLLING, small.uri(), "fourth", text -> { }));
            assertEquals(2, small.counters().clients());
            clients.forEach(ChatClient::close);
        }
    }

    @Test
    void anAddressInUseIsSaidSo() throws IOException {
        ServerOptions taken = ServerOptions.DEFAULT.withAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        String why = assertThrows(IOException.class, () -> ChatServer.start(taken)).getMessage();
        assertTrue(why.contains("127.0.0.1:" + server.port()) && why.contains("in use"), why);
    }

    @Test
    void tlsCarriesEveryTransportWithACertificateMadeOnTheSpot() throws Exception {
        try (ChatServer secure = ChatServer.start(ServerOptions.DEFAULT.withTls(true))) {
            assertEquals("https", secure.uri().getScheme());
            for (Transport transport : Transport.all()) {
                Ear ear = new Ear();
                try (ChatClient client = ChatClient.connect(transport, secure.uri(), ClientOptions.named(transport.id())
                        .withTrust(secure.trust()).withEcho(true).withPollMs(20), ear)) {
                    client.send("secret");
                    assertEquals("secret", ear.next(), transport.id());
                }
            }
            assertThrows(IOException.class,
                    () -> ChatClient.connect(Transport.WEBSOCKET, secure.uri(), "distrustful", text -> { }));
        }
    }

    @Test
    void aSessionThatTheServerBeganAnewIsOver() {
        Ear ear = new Ear();
        SockJsClient client = new SockJsClient(Transport.SOCKJS_XHR_POLLING, server.uri(), options("twice", "twice"), ear);
        client.frame("o");
        client.frame("a[\"heard\"]");
        assertEquals(ChatClient.State.CONNECTING, client.state());
        client.frame("o");
        assertEquals(ChatClient.State.CLOSED, client.state());
    }

    @Test
    void whoseListenerFailsKnowsThatItHearsNoMore() throws Exception {
        for (Transport transport : Transport.all()) {
            BlockingQueue<String> ends = new LinkedBlockingQueue<>();
            try (ChatClient client = ChatClient.connect(transport, server.uri(), options("deaf-" + transport.id(), "deaf"),
                    new ChatClient.Listener() {
                        @Override
                        public void message(String text) {
                            throw new IllegalStateException("deaf");
                        }

                        @Override
                        public void state(ChatClient.State state, String why) {
                            if (state == ChatClient.State.CLOSED) {
                                ends.add(String.valueOf(why));
                            }
                        }
                    })) {
                server.tell("deaf", "hello");
                String why = ends.poll(20, TimeUnit.SECONDS);
                assertTrue(why != null && why.contains("deaf"), transport + ": " + why + ", " + client.state());
            }
        }
    }
}
