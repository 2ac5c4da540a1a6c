package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import packetlab.event.CallEvent;
import packetlab.event.Side;

@Timeout(60)
class DemosTest {
    private static final int DESCRIPTION_COLUMNS = 70;

    /** Those that need neither rights nor time; all are played, with their capture, by the live tests of the command. */
    static List<Demo> simple() {
        return Stream.of("websocket-echo", "tcp-echo", "udp-echo", "unix-stream").map(Demos::find).toList();
    }

    @Test
    void everyDemoIsFoundByItsNameAndDescribedInOneLine() {
        Set<String> names = new HashSet<>();
        for (Demo demo : Demos.all()) {
            assertTrue(names.add(demo.name()), demo.name());
            assertSame(demo, Demos.find(demo.name()));
            assertTrue(demo.description().length() <= DESCRIPTION_COLUMNS, demo.description());
            assertFalse(demo.description().contains("\n"));
        }
        assertNull(Demos.find("nonesuch"));
    }

    @ParameterizedTest
    @MethodSource("simple")
    void everyCallSucceedsAndCarriesItsTimesAndThread(Demo demo) throws Exception {
        for (CallEvent call : Played.of(demo).calls()) {
            assertNull(call.errno(), call.toString());
            assertTrue(call.endTimeNs() >= call.timeNs(), call.toString());
            assertTrue(call.pid() == ProcessHandle.current().pid() && call.tid() > 0, call.toString());
            assertNotNull(call.from());
        }
    }

    @ParameterizedTest
    @MethodSource("simple")
    void everyDescriptorIsClosed(Demo demo) throws Exception {
        Played.of(demo);   // the first one loads libraries, which open descriptors of their own
        Set<String> before = sockets();
        Played.of(demo);
        Set<String> after = sockets();
        after.removeAll(before);
        for (int i = 0; i < 250 && !after.isEmpty(); i++) {     // the JDK's client closes on a thread of its own
            Thread.sleep(20);
            after.retainAll(sockets());
        }
        assertEquals(Set.of(), after, "sockets left open");
    }

    @ParameterizedTest
    @MethodSource("simple")
    void aDemoWithPacketsNamesItsFilterOnce(Demo demo) throws Exception {
        List<String> filters = Played.of(demo).filters();
        switch (demo.wire()) {
            case TCP -> assertTrue(filters.size() == 1 && filters.get(0).matches("tcp port \\d+"), filters.toString());
            case UDP -> assertTrue(filters.size() == 1 && filters.get(0).matches("udp port \\d+"), filters.toString());
            default -> assertEquals(List.of(), filters);
        }
    }

    @Test
    void tcpEchoMakesTheSevenCallsOfAServerAndTheFiveOfAClient() throws Exception {
        Played played = Played.of(Demos.find("tcp-echo"));
        List<String> server = played.names(Side.SERVER);
        assertEquals(List.of("socket", "bind", "listen", "getsockname", "accept"), server.subList(0, 5));
        assertEquals(List.of("recv", "close", "close"), server.subList(server.size() - 3, server.size()));
        List<String> client = played.names(Side.CLIENT);
        assertEquals("socket", client.get(0));
        assertTrue(client.containsAll(List.of("connect", "send", "recv", "close")), client.toString());
        long sent = played.octets(Side.CLIENT, "send");
        assertTrue(sent > 0);
        assertEquals(sent, played.octets(Side.SERVER, "recv"));
        assertEquals(sent, played.octets(Side.SERVER, "send"));
        assertEquals(sent, played.octets(Side.CLIENT, "recv"));
    }

    @Test
    void everyCallOfTcpLifecycleMayBeHeldBack() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        List<CallEvent> calls = new CopyOnWriteArrayList<>();
        Staging stepping = new Staging(Staging.Half.BOTH, null, 0, asked::add);
        try (Stage stage = new Stage(stepping, calls::add, filter -> { })) {
            Demos.find("tcp-lifecycle").run(stage);
        }
        assertEquals(calls.stream().map(c -> c.from().wireName() + " " + c.call()).sorted().toList(),
                asked.stream().map(a -> a.substring(0, a.indexOf('('))).sorted().toList());
        assertTrue(asked.contains("server listen(1)"), asked.toString());
    }

    @Test
    void udpEchoSendsOneDatagramACallTheEmptyOneToo() throws Exception {
        Played played = Played.of(Demos.find("udp-echo"));
        for (Side side : Side.values()) {
            List<Long> sent = played.calls().stream().filter(c -> c.from() == side && c.call().equals("sendto"))
                    .map(CallEvent::length).toList();
            assertEquals(List.of(13L, 15L, 0L), sent);
        }
        assertFalse(played.names(Side.SERVER).contains("listen"));
    }

    @Test
    void unixStreamSaysWhichSystemCallsItsLibraryMakes() throws Exception {
        Played played = Played.of(Demos.find("unix-stream"));
        CallEvent bind = played.calls().stream().filter(c -> c.call().equals("bind")).findFirst().orElseThrow();
        Path file = Path.of(bind.args().substring(0, bind.args().indexOf(";")));
        assertFalse(Files.exists(file.getParent()), "the socket file and its directory are gone");
        assertTrue(bind.args().endsWith("echo.sock; jnr-unixsocket calls bind, getsockname, listen"), bind.args());
        assertEquals(played.octets(Side.CLIENT, "write"), played.octets(Side.CLIENT, "read"));
    }

    private static Set<String> sockets() throws Exception {
        Set<String> sockets = new HashSet<>();
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                try {
                    String target = Files.readSymbolicLink(fd).toString();
                    if (target.startsWith("socket:")) {
                        sockets.add(target);
                    }
                } catch (NoSuchFileException gone) {
                    // the descriptor of this very listing
                }
            }
        }
        return sockets;
    }
}
