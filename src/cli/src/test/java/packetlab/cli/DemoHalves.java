package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import packetlab.sockets.Demo;
import packetlab.sockets.Demos;
import packetlab.sockets.Pair;

/** Halves of demos, with the other one and with programs that nobody here wrote; and what goes wrong with them. */
final class DemoHalves {
    private DemoHalves() {}

    static void addTo(Map<String, Inside.Case> cases) {
        for (Demo demo : Demos.all()) {
            if (demo instanceof Pair pair) {
                cases.put(pair.name() + " in two halves", () -> twoHalves(pair));
            }
        }
        cases.put("two halves of tcp-echo, then a foreign client", DemoHalves::tcpEcho);
        cases.put("a serving half outlives a client that resets, and ends cleanly on Ctrl-C", DemoHalves::interrupted);
        cases.put("a foreign client of udp-echo", DemoHalves::udpEcho);
        cases.put("a chat by hand", DemoHalves::chat);
        cases.put("a descriptor goes to another process, and the socket file goes away", DemoHalves::descriptor);
        cases.put("a foreign server", DemoHalves::foreignServer);
        cases.put("what fails is shown with its errno", DemoHalves::failures);
        cases.put("what cannot be meant is wrong usage", DemoHalves::usage);
    }

    /** Each half is content with the other one, and shows its own calls only. */
    private static void twoHalves(Pair demo) throws Exception {
        // Played whole, it is IPv4. The JDK's client finds no IPv6 in a JVM that began before lo was up.
        boolean ipv4 = demo.wire() == Demo.Wire.NONE || List.of("spoof-detect", "websocket-echo").contains(demo.name());
        String where = ipv4 ? "--serve" : "--serve=[::1]:0";
        ServingHalf serving = new ServingHalf("demo", demo.name(), "--json", where, "--peers",
                Integer.toString(demo.clients()));
        Run client = Run.of("demo", demo.name(), "--json", "--connect", serving.address());
        assertEquals(ExitStatus.DONE, client.status(), client.err());
        Run server = serving.end();
        assertEquals(ExitStatus.DONE, server.status(), server.err());
        assertTrue(calls(server, "server") > 0 && calls(server, "client") == 0, server.out());
        boolean foreign = demo.name().equals("websocket-echo");         // its client is the JDK's
        assertTrue(calls(client, "server") == 0 && (foreign || calls(client, "client") > 0), client.out());
        if (demo.wire() != Demo.Wire.NONE) {
            for (Run half : List.of(client, server)) {
                assertTrue(Ndjson.events(half.out()).get(0).has("link"), "each has captured: " + half.out());
                assertFalse(half.out().contains("{\"event\":\"end\",\"packets\":0,"), half.out());
            }
        }
    }

    private static long calls(Run half, String side) {
        return new Shown(Ndjson.events(half.out())).all("call").stream().filter(c -> Shown.is(c, "from", side)).count();
    }

    private static void tcpEcho() throws Exception {
        try (Child server = Child.start("demo", "tcp-echo", "--json", "--serve", "--peers", "2")) {
            String address = serving(server);
            Run client = Run.of("demo", "tcp-echo", "--json", "--connect", address);
            assertEquals(ExitStatus.DONE, client.status(), client.err());
            assertTrue(client.out().contains("\"how\":\"fin\""), client.out());
            assertTrue(client.out().contains("\"from\":\"client\",\"call\":\"connect\""), client.out());
            assertFalse(client.out().contains("\"call\":\"accept\""), "the other half's calls are not ours");

            assertEquals("said by somebody else", talk(address, "said by somebody else"));
            Child.Result result = server.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals(2, count(result.out(), "\"call\":\"accept\""));
            assertEquals(2, count(result.out(), "\"how\":\"fin\""), "its capture sees both");
        }
    }

    private static void interrupted() throws Exception {
        try (Child server = Child.start("demo", "tcp-echo", "--json", "--serve", "127.0.0.1:0")) {
            String address = serving(server);
            try (Socket socket = connect(address)) {
                socket.getOutputStream().write("and gone".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().read();
                socket.setSoLinger(true, 0);
            }
            server.awaitOut(out -> out.contains("\"text\":\"ECONNRESET: the other end sent a reset\""));
            assertEquals("still there?", talk(address, "still there?"));
            server.awaitOut(out -> count(out, "\"call\":\"accept\"") == 2);
            server.signal("INT");
            Child.Result result = server.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("{\"event\":\"end\""), result.out());
            new ServerSocket(port(address), 1, InetAddress.getLoopbackAddress()).close();      // the port is free again
        }
    }

    private static void udpEcho() throws Exception {
        try (Child server = Child.start("demo", "udp-echo", "--json", "--serve", "127.0.0.1:0", "--peers", "1")) {
            String address = serving(server);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(10_000);
                byte[] data = "from outside".getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(data, data.length, InetAddress.getLoopbackAddress(), port(address)));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                assertEquals("from outside", new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
            }
            Child.Result result = server.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals(2, count(result.out(), "{\"event\":\"udp.datagram\""));
        }
    }

    private static void chat() throws Exception {
        try (Child server = Child.start("demo", "chat", "--json", "--serve", "--peers", "2")) {
            String address = serving(server);
            try (Socket one = connect(address); Socket two = connect(address)) {
                one.getOutputStream().write("한나\n".getBytes(StandardCharsets.UTF_8));
                hears(one, "your name?\n");
                two.getOutputStream().write("Bob\nhel".getBytes(StandardCharsets.UTF_8));
                hears(two, "your name?\n");
                hears(one, "* Bob is here\n");
                two.getOutputStream().write("lo\r\n".getBytes(StandardCharsets.UTF_8));
                hears(one, "Bob: hello\n");
                one.getOutputStream().write("안녕\n".getBytes(StandardCharsets.UTF_8));
                hears(two, "한나: 안녕\n");
            }
            assertEquals(ExitStatus.DONE, server.end().status());
        }
    }

    private static void descriptor() throws Exception {
        Path path = Files.createTempDirectory("pl").resolve("pass.sock");
        try (Child server = Child.start("demo", "unix-descriptor", "--json", "--serve", path.toString(), "--peers", "1")) {
            assertEquals(path.toString(), serving(server));
            Run client = Run.of("demo", "unix-descriptor", "--json", "--connect", path.toString());
            assertEquals(ExitStatus.DONE, client.status(), client.err());
            assertTrue(client.out().contains("of a file without a name: only who has the descriptor can read this"),
                    client.out());
            assertFalse(client.out().contains("\"call\":\"open\""), "this process has never opened it");
            Child.Result result = server.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("\"call\":\"open\""), result.out());
            assertFalse(Files.exists(path), "the socket file is gone");
        } finally {
            Files.delete(path.getParent());
        }
    }

    private static void foreignServer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread hangsUp = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            hangsUp.start();
            Run run = Run.of("demo", "tcp-echo", "--connect", "localhost:" + server.getLocalPort());
            hangsUp.join();
            assertEquals(ExitStatus.FAILED, run.status(), run.out());
            assertEquals(1, run.errLines().size(), run.err());
            assertTrue(run.err().startsWith("packetlab: the demo tcp-echo failed: "), run.err());
        }
    }

    private static void failures() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            fails("bind", "127.0.0.1:" + port, "EADDRINUSE", "another socket holds this address",
                    "demo", "tcp-echo", "--serve", port);
        }
        fails("connect", "127.0.0.1:1", "ECONNREFUSED", "nobody listens there",
                "demo", "tcp-echo", "--connect", "127.0.0.1:1");
        fails("bind", "192.0.2.1:0", "EADDRNOTAVAIL", "no interface of this machine has this address",
                "demo", "udp-echo", "--serve", "192.0.2.1:0");
        fails("connect", "192.0.2.1:9", "ENETUNREACH", "no route leads there",
                "demo", "tcp-echo", "--connect", "192.0.2.1:9");
        String overlong = "/tmp/" + "x".repeat(120);
        fails("bind", overlong, "EINVAL",
                "a Unix socket's path has at most 107 octets", "demo", "unix-stream", "--serve", overlong);
        fails("connect", "/tmp/none/such.sock", "ENOENT", "no such socket file: is the server running?",
                "demo", "unix-stream", "--connect", "/tmp/none/such.sock");
        Run unknown = Run.of("demo", "tcp-echo", "--connect", "nonesuch.invalid:80");
        assertEquals(ExitStatus.FAILED, unknown.status());
        assertTrue(unknown.err().startsWith("packetlab: the name nonesuch.invalid does not resolve"), unknown.err());
    }

    /** The failed call is among the events with its errno, and one line says what that means. */
    private static void fails(String call, String args, String errno, String meaning, String... line) {
        String[] json = Stream.concat(Stream.of(line), Stream.of("--json")).toArray(String[]::new);
        Run run = Run.of(json);
        assertEquals(ExitStatus.FAILED, run.status(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(errno) && run.err().contains(meaning), run.err());
        assertTrue(Ndjson.events(run.out()).stream().anyMatch(e -> Shown.is(e, "call", call) && Shown.is(e, "args", args)
                && Shown.is(e, "errno", errno)), run.out());
        assertTrue(Run.of(line).out().contains(errno), "in text, too");
    }

    private static void usage() {
        wrong("--serve and --connect are two halves", "tcp-echo", "--serve", "--connect", "127.0.0.1:1");
        wrong("--peers belongs to --serve", "tcp-echo", "--peers", "1");
        wrong("--peers is a number from 1 on, not 0", "tcp-echo", "--serve", "--peers", "0");
        wrong("the demo sniffer has no two halves", "sniffer", "--serve");
        wrong("--connect takes HOST:PORT, not 80", "tcp-echo", "--connect", "80");
        wrong("no port: localhost:x", "tcp-echo", "--connect", "localhost:x");
        wrong("no port: 70000", "tcp-echo", "--serve", "70000");
        wrong("an IPv6 address stands in brackets", "tcp-echo", "--connect", "::1:80");
        wrong("--step is for the demo tcp-lifecycle, not for udp-echo", "udp-echo", "--step");
        wrong("--step waits for a key, but standard input is no terminal", "tcp-lifecycle", "--step");
    }

    private static void wrong(String told, String... words) {
        String[] line = Stream.concat(Stream.of("demo"), Stream.of(words)).toArray(String[]::new);
        Run run = Run.of(line);
        assertEquals(ExitStatus.USAGE, run.status(), run.err());
        assertTrue(run.err().startsWith("packetlab: " + told), run.err());
        assertEquals("", run.out());
    }

    /** Waits until it can be reached; the address it names. */
    private static String serving(Child server) throws Exception {
        for (int i = 0; i < 1_500; i++) {
            Matcher matcher = ServingHalf.SERVING.matcher(server.err());
            if (matcher.find()) {
                return matcher.group(1);
            }
            assertTrue(server.process().isAlive(), server.out() + server.err());
            Thread.sleep(20);
        }
        throw new AssertionError("it does not serve: " + server.err());
    }

    private static Socket connect(String address) throws Exception {
        Socket socket = new Socket(address.substring(0, address.lastIndexOf(':')), port(address));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static String talk(String address, String text) throws Exception {
        try (Socket socket = connect(address)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void hears(Socket socket, String line) throws Exception {
        byte[] heard = socket.getInputStream().readNBytes(line.getBytes(StandardCharsets.UTF_8).length);
        assertEquals(line, new String(heard, StandardCharsets.UTF_8));
    }

    private static int count(String text, String piece) {
        return text.split(Pattern.quote(piece), -1).length - 1;
    }
}
