package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

@Timeout(60)
class CallsTest {
    private final List<CallEvent> recorded = new CopyOnWriteArrayList<>();
    private final Calls calls = new Calls(Side.CLIENT, recorded::add);

    @AfterEach
    void closeAll() {
        calls.closeAll();
    }

    @Test
    void aFailedCallIsRecordedWithItsErrnoAndThrown() throws Exception {
        int unused = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.bind(unused, SocketAddress.loopback(0));              // bound and not listening: refuses
        SocketAddress address = calls.getsockname(unused);
        int socket = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        OsException refused = assertThrows(OsException.class, () -> calls.connect(socket, address));
        assertTrue(refused.is(Errno.ECONNREFUSED));
        CallEvent call = last();
        assertEquals("connect", call.call());
        assertEquals("ECONNREFUSED", call.errno());
        assertEquals(socket, call.fd());
        assertEquals(address.toString(), call.args());
        assertEquals(Event.UNKNOWN, call.length());
    }

    @Test
    void aCallThatWaitsTooLongFailsWithEagain() throws Exception {
        int socket = calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        calls.bind(socket, SocketAddress.loopback(0));
        calls.setTimeout(socket, Sockets.SO_RCVTIMEO, 30);
        assertThrows(OsException.class, () -> calls.recv(socket, ByteBuffer.allocateDirect(1)));
        assertEquals("EAGAIN", last().errno());
        assertTrue(last().endTimeNs() - last().timeNs() >= 20_000_000, last().toString());
    }

    @Test
    void aSendThatTheKernelCutsShortIsRepeatedUntilAllIsSent() throws Exception {
        int listening = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.bind(listening, SocketAddress.loopback(0));
        calls.listen(listening, 1);
        int socket = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.connect(socket, calls.getsockname(listening));
        int accepted = calls.accept(listening);
        calls.setTimeout(socket, Sockets.SO_SNDTIMEO, 20);                               // a full send buffer ends the call with what it took
        ByteBuffer data = ByteBuffer.allocateDirect(16 << 20);
        assertThrows(OsException.class, () -> calls.sendAll(socket, data));
        assertEquals("EAGAIN", last().errno());

        Stage.Part drain = () -> {
            ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
            while (calls.recv(accepted, in.clear()) > 0) {
                in.clear();
            }
        };
        try (Stage stage = new Stage(recorded::add, filter -> { })) {
            Stage.Running reader = stage.start("reader", drain);
            calls.setTimeout(socket, Sockets.SO_SNDTIMEO, Stage.TIMEOUT_MS);
            calls.sendAll(socket, data);
            calls.shutdown(socket, Sockets.SHUT_WR);
            reader.join();
        }
        assertEquals(data.capacity(), carried("send"));
        assertEquals(data.capacity(), carried("recv"));
    }

    @Test
    void closingTheStageWakesWhoWaits() throws Exception {
        Stage stage = new Stage(recorded::add, filter -> { });
        int listening = stage.server().socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        stage.server().bind(listening, SocketAddress.loopback(0));
        stage.server().listen(listening, 1);
        Stage.Running waits = stage.start("server", () -> stage.server().accept(listening));
        long before = System.nanoTime();
        stage.close();
        assertTrue(System.nanoTime() - before < 3_000_000_000L, "woken, not waited for");
        assertThrows(OsException.class, waits::join);
    }

    @Test
    void errnoOfTheUnixSocketLibraryIsNamedAsInC() throws Exception {
        UnixCalls unix = new UnixCalls(Side.CLIENT, recorded::add);
        UnixSocketChannel socket = unix.socket();
        assertThrows(IOException.class, () -> unix.connect(socket, new SocketAddress.Unix("/nonexistent/echo.sock")));
        assertEquals("ENOENT", last().errno());
        unix.closeAll();
    }

    private CallEvent last() {
        return recorded.get(recorded.size() - 1);
    }

    private long carried(String name) {
        return recorded.stream().filter(c -> c.call().equals(name) && c.errno() == null)
                .mapToLong(CallEvent::length).sum();
    }
}
