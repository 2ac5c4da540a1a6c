package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the demos of Unix-domain sockets must show: calls and their bytes, and no packets. */
final class UnixDemos {
    private UnixDemos() {}

    static void addTo(Map<String, Inside.Case> cases) {
        cases.put("unix-datagram", UnixDemos::datagram);
        cases.put("unix-abstract", UnixDemos::abstractName);
        cases.put("unix-credentials", UnixDemos::credentials);
        cases.put("unix-descriptor", UnixDemos::descriptor);
    }

    private static void datagram() {
        Shown shown = Shown.of("unix-datagram");
        List<Long> lengths = List.of(3L, 0L, 15L);
        assertEquals(lengths, results(shown.calls("server", "recvfrom")));
        assertEquals(lengths, results(shown.calls("client", "recvfrom")));
        shown.failed("client", "sendto", "EAGAIN");
        assertTrue(shown.number("EAGAIN: after") >= 1, "some fit");
        assertEquals(0, shown.end("packets"));
    }

    private static void abstractName() {
        Shown shown = Shown.of("unix-abstract");
        String bound = shown.calls("server", "bind").get(0).get("args").stringValue();
        assertTrue(bound.startsWith("@packetlab-"), bound);
        assertTrue(shown.says("@packetlab-\\d+ is among the kernel's names .*: true"));
        JsonNode gone = shown.failed("client", "connect", "ECONNREFUSED");
        assertTrue(bound.startsWith(gone.get("args").stringValue() + ";"), bound);
        assertEquals(0, shown.end("packets"));
    }

    private static void credentials() {
        Shown shown = Shown.of("unix-credentials");
        String peer = shown.calls("server", "getsockopt").get(0).get("args").stringValue();
        assertTrue(peer.startsWith("SOL_SOCKET, SO_PEERCRED, {pid " + ProcessHandle.current().pid() + ", uid "), peer);
        assertTrue(shown.says("without being told, the server knows: you are process "
                + ProcessHandle.current().pid() + " of user \\d+"), shown.all("note").toString());
    }

    private static void descriptor() {
        Shown shown = Shown.of("unix-descriptor");
        String sent = shown.calls("server", "sendmsg").get(0).get("args").stringValue();
        assertEquals("1, SCM_RIGHTS {" + shown.calls("server", "open").get(0).get("result").asLong() + "}", sent);
        long received = shown.number("read from descriptor");
        JsonNode arrived = shown.calls("client", "recvmsg").get(0);
        assertEquals("1, SCM_RIGHTS {" + received + "}", arrived.get("args").stringValue());
        assertEquals(received, shown.calls("client", "read").get(0).get("fd").asLong());
        assertTrue(shown.says(".*only who has the descriptor can read this"));
    }

    private static List<Long> results(List<JsonNode> calls) {
        return calls.stream().map(c -> c.get("result").asLong()).toList();
    }
}
