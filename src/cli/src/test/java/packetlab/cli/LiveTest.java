package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import packetlab.sockets.Demos;
import packetlab.sockets.Stage;

/** The commands that capture, as processes of their own with real packets, signals and files. */
class LiveTest {
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(LiveTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("demo websocket-echo tells and records all that must have happened", LiveTest::webSocketEcho);
        cases.put("demo as text names its place and sums up", LiveTest::demoAsText);
        cases.put("demo tcp-echo shows packets and calls", LiveTest::tcpEcho);
        cases.put("demo udp-echo sees every datagram", LiveTest::udpEcho);
        cases.put("demo unix-stream shows its calls", LiveTest::unixStream);
        cases.put("a demo that is interrupted ends cleanly", LiveTest::demoInterrupted);
        cases.put("watch ends cleanly on Ctrl-C, and its file tells the same", LiveTest::watchInterrupted);
        cases.put("watch stops after so many packets", LiveTest::watchCount);
        cases.put("watch stops after a time", LiveTest::watchDuration);
        cases.put("watch goes on when its file's disk is full", LiveTest::watchFullDisk);
        cases.put("watch says what is wrong with its arguments", LiveTest::watchWrong);
        cases.put("watch ends in silence when nobody reads it", LiveTest::watchReaderGone);
        cases.put("watch tells that its interface has gone", LiveTest::watchInterfaceGone);
        cases.put("a recording that is killed is readable", LiveTest::recordKilled);
        cases.put("watch names the backend it was told to use, and both tell the same", LiveTest::backends);
        cases.put("a packet of a quiet conversation is shown at once", LiveTest::lowLatency);
        cases.put("a recording in several files is one capture", LiveTest::recordRotated);
        cases.put("record ends cleanly on SIGTERM, and counts what it wrote", LiveTest::recordTerminated);
        return cases;
    }

    private static void webSocketEcho() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try {
            List<String> lines = done("demo", "--json", "-w", file.toString()).lines();
            webSocketEcho(lines);
            assertEquals(decoded(lines), decoded(Run.of("read", "--json", file.toString()).outLines()));
        } finally {
            Files.delete(file);
        }
    }

    private static void webSocketEcho(List<String> lines) {
        assertTrue(lines.get(0).matches("\\{\"event\":\"start\",\"version\":1,\"source\":\"lo\",\"link\":\"EN10MB\","
                + "\"backend\":\"ring\",\"bufferBytes\":33554432,\"filter\":\"tcp port \\d+\",.*"), lines.get(0));
        List<String> open = of(lines, "tcp.open");
        assertEquals(1, open.size());
        assertTrue(Pattern.compile("\"syn\":1,\"synAck\":2,\"ack\":3,\"rttUs\":[\\d.]+,"
                + "\"client\":\\{\"mss\":65495,\"windowScale\":\\d+,\"sackPermitted\":true,\"timestamps\":true")
                .matcher(open.get(0)).find(), open.get(0));
        assertTrue(of(lines, "ws.open").get(0).contains("\"target\":\"/chat\",\"acceptValid\":true"));
        assertEquals(List.of(
                frame("client", true, 1, 23, "\"payload\":\"안녕하세요 서버!\""),
                frame("server", true, 1, 23, "\"payload\":\"안녕하세요 서버!\""),
                frame("client", false, 1, 12, "\"payload\":\"one message \""),
                frame("client", false, 0, 9, "\"payload\":\"in three \""),
                frame("client", true, 9, 4, "\"payload\":\"hb-1\""),
                frame("server", true, 10, 4, "\"payload\":\"hb-1\""),
                frame("client", true, 0, 6, "\"payload\":\"frames\""),
                frame("server", true, 1, 27, "\"payload\":\"one message in three frames\""),
                frame("client", true, 2, 8, "\"payloadBase64\":\"AAECA/z9/v8=\""),
                frame("server", true, 2, 8, "\"payloadBase64\":\"AAECA/z9/v8=\""),
                frame("client", true, 8, 6, "\"payloadBase64\":\"A+hkb25l\""),
                frame("server", true, 8, 2, "\"payloadBase64\":\"A+g=\"")),
                of(lines, "ws.frame").stream().map(l -> l.substring(l.indexOf("\"from\""))).toList());
        assertTrue(of(lines, "ws.pong").get(0).matches(".*\"rttUs\":[\\d.]+,\"pingFrame\":\\d+}"));
        assertEquals(List.of(), of(lines, "ws.finding"));
        assertTrue(of(lines, "ws.end").get(0).contains("\"clean\":true,\"code\":1000,\"how\":\"fin\""));
        assertTrue(of(lines, "tcp.close").get(0).contains("\"how\":\"fin\""));
        assertTrue(of(lines, "call").stream().anyMatch(l -> l.contains("\"call\":\"accept\"")));
        String end = lines.get(lines.size() - 1);
        assertTrue(end.startsWith("{\"event\":\"end\"") && end.contains("\"dropped\":0,\"streams\":1,"), end);
    }

    private static String frame(String from, boolean fin, int opcode, int length, String payload) {
        return "\"from\":\"" + from + "\",\"fin\":" + fin + ",\"rsv\":0,\"opcode\":" + opcode + ",\"masked\":"
                + from.equals("client") + ",\"length\":" + length + ",\"complete\":true," + payload + "}";
    }

    private static void demoAsText() throws Exception {
        List<String> command = Child.command("demo");
        command.add(1, "-Dpacketlab.namespace=USER_NAMESPACE");
        try (Child child = Child.start(command)) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals("packetlab · websocket-echo · lo in a private namespace (no root needed) · ring 32 MB",
                    result.lines().get(0));
            // The story from the first packet to the last, one line an event.
            String story = "SYN─+▶  mss 65495 .*─SYN,ACK──  mss 65495 .*──ACK─+▶  open · rtt [\\d,]+ µs\n"
                    + ".*GET /chat═+▶  upgrade · key .*101 Switching Protocols══  accept ✓\n"
                    + ".*TEXT 23 · FIN · mask═+▶  \"안녕하세요 서버!\"\n.*TEXT 23 · FIN══  \"안녕하세요 서버!\"\n"
                    + ".*PING 4 · FIN · mask─+▶  \"hb-1\"\n.*PONG 4 · FIN──  \"hb-1\" +[\\d,]+ µs\n"
                    + ".*CLOSE 6 · FIN · mask─+▶  1000 normal \"done\"\n.*CLOSE 2 · FIN──  1000 normal\n"
                    + ".*FIN,ACK─.*FIN,ACK─.*closed · WebSocket closed with 1000 · 3 messages each way\n"
                    + ".*0 dropped by the kernel.*RFC 6455 kept";
            assertTrue(Pattern.compile(story, Pattern.DOTALL).matcher(result.out()).find(), result.out());
            for (String line : result.lines()) {
                assertTrue(line.length() <= 100, line);
            }
        }
    }

    private static void tcpEcho() throws Exception {
        List<String> lines = done("demo", "tcp-echo", "--json").lines();
        // How many ACKs go alone is the kernel's choice.
        List<String> segments = of(lines, "tcp.segment");
        assertEquals(2, segments.stream().filter(l -> l.contains("\"SYN\"")).count(), segments.toString());
        assertEquals(2, segments.stream().filter(l -> l.contains("\"FIN\"")).count(), segments.toString());
        assertTrue(segments.stream().filter(l -> !l.contains("\"length\":0,")).count() >= 6, segments.toString());
        assertTrue(of(lines, "tcp.close").get(0).contains("\"bytes\":{\"client\":64,\"server\":64}"));
        assertEquals(3, of(lines, "call").stream().filter(l -> l.contains("\"from\":\"client\",\"call\":\"send\"")).count());
    }

    private static void udpEcho() throws Exception {
        List<String> lines = done("demo", "udp-echo", "--json", "--only", "udp").lines();
        assertEquals(List.of(), of(lines, "call"), "only what was asked for");
        assertEquals(List.of(13, 13, 15, 15, 0, 0), of(lines, "udp.datagram").stream()
                .map(l -> Integer.parseInt(l.replaceAll(".*\"length\":(\\d+).*", "$1"))).toList());
        assertTrue(lines.get(lines.size() - 1).contains("\"packets\":6,"));
    }

    private static void unixStream() throws Exception {
        List<String> lines = done("demo", "unix-stream", "--json").lines();
        assertEquals("{\"event\":\"start\",\"version\":1,\"source\":\"unix-stream\"",
                lines.get(0).substring(0, lines.get(0).indexOf(",\"time\"")));
        assertTrue(of(lines, "call").stream().anyMatch(l -> l.contains("\"from\":\"client\",\"call\":\"write\"")
                && l.contains("\"args\":\"\\\"안녕하세요\\\", 15\",\"result\":15,\"offset\":16,\"length\":15")), lines.toString());
        assertTrue(lines.get(lines.size() - 1).startsWith("{\"event\":\"end\",\"packets\":0,"));
    }

    private static void demoInterrupted() throws Exception {
        for (int delayMs : new int[] {500, 1_100}) {
            try (Child child = Child.start("demo", "--json")) {
                Thread.sleep(delayMs);      // while it starts, opens, plays or ends: the end is clean at any time
                child.signal("INT");
                Child.Result result = child.end();
                assertEquals("", result.err());
                boolean begun = !result.out().isEmpty();
                assertTrue(result.status() == ExitStatus.DONE || !begun && result.status() == ExitStatus.INTERRUPTED,
                        result.toString());
                assertTrue(!begun || result.out().contains("{\"event\":\"end\""), result.out());
            }
        }
    }

    private static void watchInterrupted() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try (Child child = Child.start("watch", "--json", "-w", file.toString())) {
            child.awaitOut(out -> out.contains("\n"));
            talk("websocket-echo");
            child.signal("INT");
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals("", result.err());
            List<String> lines = result.lines();
            assertTrue(of(lines, "tcp.close").get(0).contains("\"how\":\"fin\""), result.out());
            assertTrue(lines.get(lines.size() - 1).contains("\"dropped\":0"), result.out());
            assertEquals(decoded(lines), decoded(Run.of("read", "--json", file.toString()).outLines()));
        } finally {
            Files.delete(file);
        }
    }

    private static void watchCount() throws Exception {
        try (Child child = Child.start("watch", "--json", "-c", "5")) {
            child.awaitOut(out -> out.contains("\n"));
            talk("tcp-echo");
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().contains("{\"event\":\"end\",\"packets\":5,"), result.out());
        }
    }

    private static void watchDuration() throws Exception {
        Child.Result result = done("watch", "--duration", "200ms", "-p", "9", "tcp");
        assertEquals("packetlab · lo · EN10MB · ring 32 MB · (port 9) and (tcp)", result.lines().get(0));
        assertTrue(result.out().contains("0 connections · 0 packets · 0 bytes · 0 dropped by the kernel"), result.out());
    }

    private static void watchFullDisk() throws Exception {
        try (Child child = Child.start("watch", "--json", "-w", "/dev/full")) {
            child.awaitOut(out -> out.contains("\n"));
            talk("tcp-echo");
            child.signal("INT");
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status());
            assertEquals("packetlab: /dev/full: cannot write: No space left on device", result.err().strip());
            assertTrue(result.out().contains("\"how\":\"fin\""), result.out());
        }
    }

    private static void watchWrong() throws Exception {
        wrong("packetlab: there is no interface nonesuch; there are: lo", "watch", "-i", "nonesuch");
        wrong("packetlab: -w needs a file", "watch", "-w", "-");
        wrong("packetlab: the capture filter 'prot 80' does not compile: ", "watch", "prot", "80");
        wrong("packetlab: the ring captures one interface, not any; --backend libpcap can", "watch", "-i", "any",
                "--backend", "ring");
        wrong("packetlab: --buffer is from 1M to 2047M, not 5120 bytes", "watch", "--buffer", "5K");
        wrong("packetlab: --files needs --rotate-size or --rotate-time", "record", "-w", "x", "--files", "3");
        wrong("packetlab: standard output is one file: --rotate-size and --rotate-time need -w FILE", "record", "-w",
                "-", "--rotate-size", "1M");
    }

    private static void wrong(String told, String... arguments) throws Exception {
        try (Child child = Child.start(arguments)) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.USAGE, result.status());
            assertEquals("", result.out());
            assertTrue(result.err().startsWith(told), result.err());
            assertTrue(result.err().lines().skip(1).allMatch(l -> l.startsWith("  ")), result.err());
        }
    }

    private static void watchReaderGone() throws Exception {
        Path err = Files.createTempFile("packetlab", "err");
        Process process = new ProcessBuilder(Child.command("watch", "--json")).redirectError(err.toFile()).start();
        try {
            try (InputStream out = process.getInputStream()) {
                assertEquals('{', out.read());
            }
            talk("websocket-echo");
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(ExitStatus.DONE, process.exitValue());
            assertEquals("", Files.readString(err));
        } finally {
            process.destroyForcibly();
            Files.delete(err);
        }
    }

    private static void watchInterfaceGone() throws Exception {
        if (run("ip", "link", "add", "gone0", "type", "veth", "peer", "name", "gone1") != 0) {
            throw new TestAbortedException("ip(8) cannot make a pair of interfaces here");
        }
        run("ip", "link", "set", "gone0", "up");
        try (Child child = Child.start("watch", "-i", "gone0")) {
            child.awaitOut(out -> out.contains("\n"));
            run("ip", "link", "del", "gone0");
            Child.Result result = child.end();
            assertEquals(ExitStatus.FAILED, result.status());
            assertTrue(result.out().contains("dropped by the kernel"), result.out());
            assertTrue(result.err().startsWith("packetlab: ") && result.err().contains("gone0"), result.err());
            assertEquals(1, result.err().lines().count());
        }
    }

    private static void recordKilled() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try (Child child = Child.start("record", "-w", file.toString(), "tcp")) {
            awaitSize(file, 1);
            talk("tcp-echo");
            // It can be read while it grows: the last packets are there when they say so themselves.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!Run.of("read", "--json", file.toString()).out().contains("\"how\":\"fin\"")) {
                assertTrue(System.nanoTime() < deadline, "the end of the conversation was not recorded in 20 s");
                Thread.sleep(20);
            }
            child.process().destroyForcibly().waitFor();
            Run run = Run.of("read", "--json", file.toString());
            assertEquals(ExitStatus.DONE, run.status(), run.err());
            assertTrue(run.out().contains("\"how\":\"fin\""), run.out());
        } finally {
            Files.delete(file);
        }
    }

    private static void backends() throws Exception {
        List<List<String>> told = new ArrayList<>();
        String[][] ways = {{"--backend", "ring"}, {"--backend", "libpcap"}, {"--backend", "auto", "--latency", "low"},
            {"-i", "any"}};
        String[] names = {"ring", "libpcap", "queue", "libpcap"};
        for (int i = 0; i < ways.length; i++) {
            List<String> command = new ArrayList<>(List.of("watch", "--json", "tcp"));
            command.addAll(List.of(ways[i]));
            try (Child child = Child.start(command.toArray(new String[0]))) {
                child.awaitOut(out -> out.contains("\n"));
                talk("websocket-echo");
                child.awaitOut(out -> out.contains("\"tcp.close\""));
                child.signal("INT");
                List<String> lines = child.end().lines();
                assertTrue(lines.get(0).contains("\"backend\":\"" + names[i] + "\""), lines.get(0));
                assertTrue(lines.get(lines.size() - 1).contains("\"dropped\":0,"), lines.get(lines.size() - 1));
                told.add(of(lines, "ws.frame").stream().map(l -> l.substring(l.indexOf("\"from\""))
                        .replaceAll("\"payload.*", "")).toList());
            }
        }
        for (List<String> other : told) {
            assertEquals(told.get(0), other);
        }
        assertEquals(12, told.get(0).size());
    }

    private static void lowLatency() throws Exception {
        try (Child child = Child.start("watch", "--latency", "low", "--buffer", "4M")) {
            child.awaitOut(out -> out.contains("\n"));
            assertTrue(child.out().lines().findFirst().orElseThrow().matches("packetlab · lo · EN10MB · queue \\d+ [KM]B"),
                    child.out());
            talk("tcp-echo");
            child.awaitOut(out -> out.contains("closed · 64 bytes each way"));
            child.signal("INT");
            assertEquals(ExitStatus.DONE, child.end().status());
        }
    }

    private static void recordRotated() throws Exception {
        Path folder = Files.createTempDirectory("packetlab");
        try (Child child = Child.start("record", "-w", folder.resolve("talk.pcapng").toString(), "--rotate-size", "64K",
                "--files", "3", "udp")) {
            while (files(folder).isEmpty()) {
                assertTrue(child.process().isAlive(), child.err());
                Thread.sleep(20);
            }
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < 500; i++) {
                    socket.send(new DatagramPacket(new byte[1000], 1000, InetAddress.getLoopbackAddress(), 9));
                }
            }
            while (!files(folder).toString().contains("talk_00008_")) {
                assertTrue(child.process().isAlive(), child.err());
                Thread.sleep(20);
            }
            child.signal("INT");
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertTrue(result.out().matches("500 packets · [\\d,]+ bytes · 0 dropped by the kernel · in \\d files, the last "
                    + folder + "/talk_0000\\d_\\d{14}.pcapng \\(\\d deleted\\)\n"), result.out());
            List<String> kept = files(folder);
            assertEquals(3, kept.size());
            List<String> read = new ArrayList<>(List.of("read", "--json"));
            read.addAll(kept);
            Run run = Run.of(read.toArray(new String[0]));
            assertEquals(ExitStatus.DONE, run.status(), run.err());
            assertTrue(run.out().contains("\"dropped\":0,"), run.out());
        } finally {
            for (String file : files(folder)) {
                Files.delete(Path.of(file));
            }
            Files.delete(folder);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(Path::toString).toList();
        }
    }

    private static void recordTerminated() throws Exception {
        Path file = Files.createTempFile("packetlab", ".pcapng");
        try (Child child = Child.start("record", "-w", file.toString(), "tcp")) {
            long empty = awaitSize(file, 1);
            talk("tcp-echo");
            awaitSize(file, empty + 14 * 60);
            child.signal("TERM");
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals("", result.err());
            assertTrue(result.out().matches("1\\d packets · [\\d,]+ bytes · 0 dropped by the kernel · in " + file + "\n"),
                    result.out());
        } finally {
            Files.delete(file);
        }
    }

    static long awaitSize(Path file, long octets) throws Exception {
        for (int i = 0; i < 1_500 && Files.size(file) < octets; i++) {
            Thread.sleep(20);
        }
        assertTrue(Files.size(file) >= octets, "nothing was written");
        return Files.size(file);
    }

    /** Packets for somebody else to capture. */
    private static void talk(String demo) throws Exception {
        try (Stage stage = new Stage(call -> { }, filter -> { })) {
            Demos.find(demo).run(stage);
        }
    }

    private static Child.Result done(String... arguments) throws Exception {
        try (Child child = Child.start(arguments)) {
            Child.Result result = child.end();
            assertEquals(ExitStatus.DONE, result.status(), result.err());
            assertEquals("", result.err());
            return result;
        }
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor();
        } catch (IOException notInstalled) {
            return -1;
        }
    }

    static List<String> of(List<String> lines, String event) {
        return lines.stream().filter(l -> l.startsWith("{\"event\":\"" + event + "\"")).toList();
    }

    /** What both a live capture and its file tell: not where the packets came from, nor the calls. */
    private static List<String> decoded(List<String> lines) {
        return lines.stream().filter(l -> !l.matches("\\{\"event\":\"(start|call|interface|comment|note)\".*")).toList();
    }
}
