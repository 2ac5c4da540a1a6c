package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that nobody here wrote talk with our server: clients from npm and Debian, and a browser on our page. */
@Tag("peers")
@Timeout(300)
class WebPeersTest {
    /** The one that Debian's packages are for. */
    private static final String PYTHON = "/usr/bin/python3", CHROMIUM = "/usr/bin/chromium";
    private static final String HELLO = "hello, 안녕 🙂 \"\\";
    private static ChatServer server;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        server = ChatServer.start(ServerOptions.DEFAULT.withFeedMs(100).withHeartbeatMs(2_000));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A listener of ours in the room, which answers what it hears once the peer has said HELLO. */
    private static ChatClient answering(String room, Ear ear) throws IOException {
        ChatClient[] self = new ChatClient[1];
        self[0] = ChatClient.connect(Transport.WEBSOCKET, server.uri(), ClientOptions.named("ours-" + room).withRoom(room),
                text -> {
                    ear.message(text);
                    if (text.equals(HELLO)) {
                        new Thread(() -> {
                            try {
                                self[0].send("answer to " + text);
                            } catch (IOException e) {
                                ear.message(e.toString());
                            }
                        }).start();
                    }
                });
        return self[0];
    }

    @Test
    void nodesWs() throws Exception {
        for (String path : List.of("/ws", "/ws-deflate")) {
            Ear ear = new Ear();
            try (ChatClient ours = answering("node-ws", ear)) {
                assertEquals("chat.packetlab " + (path.equals("/ws") ? "" : "permessage-deflate") + "\nanswer to " + HELLO
                        + "\npinged\n1000", talk("node", "ws-chat.cjs", "ws" + base() + path + "?room=node-ws", HELLO));
                assertEquals(HELLO, ear.next());
                assertEquals(ChatClient.State.OPEN, ours.state());
            }
        }
        assertEquals("403", talk("node", "ws-chat.cjs", "ws" + base() + "/ws", HELLO, "http://evil.example"));
    }

    @Test
    void nodesSocketIoClient() throws Exception {
        for (String transports : List.of("polling", "websocket", "polling,websocket")) {
            Ear ear = new Ear();
            try (ChatClient ours = answering("node-io", ear)) {
                String last = transports.endsWith("websocket") ? "websocket" : "polling";
                // By the time of the first acknowledgement an upgrade may or may not be over; at the end it is.
                String said = talk("node", "socketio-chat.cjs", "http" + base(), transports, "node-io", HELLO);
                assertEquals(String.join("\n", "ack ok", "answer to " + HELLO, "file ack ok", "joined ok", "second ack ok",
                        "from second: beside", "left ok", "not joined: not in that room", "price ok", "refused: Invalid namespace",
                        "pinged", last, "bye"), said, transports);
                assertEquals(HELLO, ear.next());
                assertEquals("pic.bin (300 octets)", ear.next());
                assertEquals(ChatClient.State.OPEN, ours.state());
            }
        }
    }

    @Test
    void twoSocketIoClientsExchangeOctets() throws Exception {
        for (String transports : List.of("polling", "websocket")) {
            assertEquals("pic.bin 00017fff", talk("node", "socketio-octets.cjs", "http" + base(), transports), transports);
        }
    }

    @Test
    void nodesSockJsClient() throws Exception {
        for (String transport : List.of("websocket", "xhr-streaming", "xhr-polling", "eventsource")) {
            Ear ear = new Ear();
            try (ChatClient ours = answering("node-sockjs", ear)) {
                String said = talk("node", "sockjs-chat.cjs", "http" + base(), transport, "node-sockjs", HELLO);
                if (transport.equals("eventsource") && said.startsWith("no such transport")) {
                    continue;               // in node the package has no EventSource; Chromium's has
                }
                assertEquals(transport + "\nanswer to " + HELLO + "\n40 in order\nclosed", said);
                assertEquals(HELLO, ear.next());
                for (int i = 0; i < 40; i++) {
                    assertEquals("n" + i, ear.next());
                }
                assertEquals(ChatClient.State.OPEN, ours.state());
            }
        }
    }

    @Test
    void pythonsWebsockets() throws Exception {
        Ear ear = new Ear();
        try (ChatClient ours = answering("python", ear)) {
            assertEquals("chat.packetlab\nanswer to " + HELLO + "\n1009", talk(PYTHON, "websockets_chat.py",
                    "ws" + base() + "/ws-deflate?room=python", HELLO));
            assertEquals(HELLO, ear.next());
            assertEquals(ChatClient.State.OPEN, ours.state());
        }
    }

    @Test
    void curl() throws Exception {
        String http = "http" + base();
        Ear ear = new Ear();
        try (ChatClient ours = answering("curl", ear)) {
            assertEquals("204", output("curl", "-s", "-w", "%{http_code}", http + "/chat/poll?id=curl&room=curl"));
            assertEquals("204", output("curl", "-s", "-w", "%{http_code}", "-d", HELLO, http + "/chat/send?id=curl&room=curl"));
            assertEquals(HELLO, ear.next());
            String answer = "";
            for (int i = 0; answer.isEmpty() && i < 100; i++) {
                answer = output("curl", "-s", http + "/chat/poll?id=curl&room=curl");
            }
            assertEquals("answer to " + HELLO.replace("\\", "\\\\"), answer);
            assertTrue(output("curl", "-s", "-N", "--max-time", "1", http + "/chat/events?room=prices")
                    .contains("event: price\nid: "), "server-sent events");
            assertEquals("403", output("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H",
                    "Origin: http://evil.example", http + "/chat/poll?id=x"));
            assertEquals(ChatClient.State.OPEN, ours.state());
        }
    }

    @Test
    void aPageInChromiumTalksOverEveryTransport() throws Exception {
        need(CHROMIUM);
        try (Chromium browser = new Chromium(CHROMIUM, URI.create(server.uri() + "/?name=Chromium&room=page"))) {
            browser.await("document.getElementById('state')?.value", "open"::equals);
            browser.await("document.getElementById('ticks').textContent", n -> Long.parseLong(n) > 0);
            for (Transport transport : Transport.all()) {
                Ear ear = new Ear();
                try (ChatClient ours = ChatClient.connect(Transport.SSE, server.uri(),
                        ClientOptions.named("page-" + transport.id()).withRoom("page"), ear)) {
                    throughThePage(browser, transport, ours, ear);
                }
            }
            String host = server.uri().getAuthority();
            List<String> elsewhere = browser.requests().stream()
                    .filter(r -> !r.startsWith("http://" + host + "/") && !r.startsWith("ws://" + host + "/")
                            && !r.startsWith("about:") && !r.startsWith("data:")).toList();
            assertEquals(List.of(), elsewhere, "requests to anybody else");
            assertEquals(List.of(), browser.complaints());
        }
    }

    /** Chooses it, types, and looks at what comes. */
    private static void throughThePage(Chromium browser, Transport transport, ChatClient ours, Ear ear) throws Exception {
        browser.value("(() => { const s = document.getElementById('transport'); s.value = '" + transport.id()
                + "'; s.dispatchEvent(new Event('change')); document.getElementById('prices').textContent = ''; })()");
        browser.await("document.getElementById('state').value", "open"::equals);
        browser.await("document.activeElement.id", "text"::equals);
        browser.type("over " + transport.id());
        assertEquals("Chromium: over " + transport.id(), ear.next());
        String markup = "<img src=x onerror=document.title='hacked'> " + transport.id();
        ours.send(markup);
        browser.await("[...document.querySelectorAll('#log .theirs .text')].at(-1)?.textContent", markup::equals);
        assertEquals("0", browser.value("document.querySelectorAll('#log img').length"));
        browser.await("document.querySelectorAll('#log .mine').length + ''", n -> Integer.parseInt(n) > transport.ordinal());
        long ticks = Long.parseLong(browser.value("document.getElementById('ticks').textContent"));
        browser.await("document.getElementById('ticks').textContent", n -> Long.parseLong(n) >= ticks + 2);
    }

    @Test
    void aPageInChromiumOverTls() throws Exception {
        need(CHROMIUM);
        try (ChatServer secure = ChatServer.start(ServerOptions.DEFAULT.withTls(true).withFeedMs(100));
                Chromium browser = new Chromium(CHROMIUM, URI.create(secure.uri() + "/?transport=websocket"))) {
            browser.await("document.getElementById('state')?.value", "open"::equals);
            secure.tell(Hub.LOBBY, "over wss");
            browser.await("document.querySelector('#log .theirs .text')?.textContent", "over wss"::equals);
        }
    }

    private static String base() {
        return "://127.0.0.1:" + server.port();
    }

    private static void need(String program) {
        if (!Files.isExecutable(Path.of(program))) {
            skip(program + " is not installed");
        }
    }

    private static void skip(String why) {
        System.err.println("NOT RUN: " + why + " (scripts/test --peers installs what it needs)");
        Assumptions.abort(why);
    }

    /** What the script of that name prints. */
    private static String talk(String program, String script, String... arguments) throws Exception {
        Path file = folder.resolve(script);
        try (InputStream in = WebPeersTest.class.getResourceAsStream(script)) {
            Files.write(file, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(program, file.toString()));
        command.addAll(List.of(arguments));
        return output(command.toArray(String[]::new));
    }

    private static String output(String... command) throws Exception {
        Path err = Files.createTempFile(folder, "peer", "err");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        } catch (IOException e) {
            skip(command[0] + " is not installed");
            return "";
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(60, TimeUnit.SECONDS);
        String said = Files.readString(err);
        if (said.contains("MODULE_NOT_FOUND") || said.contains("ModuleNotFoundError")) {
            skip(said.lines().filter(l -> l.contains("Cannot find module") || l.contains("ModuleNotFound")).findFirst().orElse(said));
        }
        return output.strip() + (said.isBlank() || process.exitValue() == 0 || command[0].equals("curl") ? "" : "\n" + said.strip());
    }
}
