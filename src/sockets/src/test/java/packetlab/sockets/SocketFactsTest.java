package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.KernelStamps;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** Which socket a recorded call says that it was made on. */
@Timeout(60)
class SocketFactsTest {
    private final List<CallEvent> recorded = new ArrayList<>();
    private final Calls calls = new Calls(Side.CLIENT, recorded::add);

    @AfterEach
    void closeAll() {
        calls.closeAll();
    }

    private CallEvent last() {
        return recorded.get(recorded.size() - 1);
    }

    private CallEvent.Socket lastSocket() {
        return last().socket();
    }

    @Test
    void aConnectionsTwoEndsNameOneAnother() throws Exception {
        int listening = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        assertEquals(Transport.TCP, lastSocket().transport());
        assertNull(lastSocket().local());
        calls.bind(listening, SocketAddress.loopback(0));
        String address = Sockets.getsockname(listening).toString();
        assertEquals(address, lastSocket().local());
        calls.listen(listening, 1);
        int socket = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.connect(socket, Sockets.getsockname(listening));
        CallEvent.Socket client = lastSocket();
        assertEquals(address, client.peer());
        int accepted = calls.accept(listening);
        CallEvent.Socket server = lastSocket();
        assertEquals(client.local(), server.peer());
        assertEquals(client.peer(), server.local());
        calls.send(accepted, ByteBuffer.allocateDirect(1));
        assertEquals(server, lastSocket());
        calls.close(accepted);
        assertEquals(server.id(), lastSocket().id());
        assertEquals(server.peer(), lastSocket().peer());
    }

    @Test
    void aDescriptorThatIsUsedAgainIsAnotherSocket() throws Exception {
        int first = calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        long id = lastSocket().id();
        calls.close(first);
        assertEquals(id, lastSocket().id());
        calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        assertNotEquals(id, lastSocket().id());
    }

    @Test
    void aRefusedConnectHasNoAddressAnyMore() throws Exception {
        int bound = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.bind(bound, SocketAddress.loopback(0));
        SocketAddress address = Sockets.getsockname(bound);
        int socket = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        assertThrows(OsException.class, () -> calls.connect(socket, address));
        String local = lastSocket().local();
        assertTrue(local == null || local.startsWith("0.0.0.0:"), local);
        assertEquals(address.toString(), lastSocket().peer());
    }

    @Test
    void aDatagramHasItsOwnPeerAndTheStampOfItsPacket() throws Exception {
        // Where nobody captures, the kernel stamps packets only while a socket wants it.
        int wanting = calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        KernelStamps.ofReceived(wanting);
        assertTrue(KernelStamps.await());
        int one = calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        calls.bind(one, SocketAddress.loopback(0));
        int two = calls.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0);
        calls.sendto(two, ByteBuffer.allocateDirect(3), Sockets.getsockname(one));
        CallEvent sent = last();
        assertEquals(Sockets.getsockname(one).toString(), sent.socket().peer());
        String port = Sockets.getsockname(two).toString();
        assertEquals(port, sent.socket().local(), "the kernel has chosen it");
        calls.recvfrom(one, ByteBuffer.allocateDirect(10), new AddressBuffer());
        CallEvent received = last();
        assertEquals("127.0.0.1" + port.substring(port.indexOf(':')), received.socket().peer());
        long stampNs = received.socket().packetTimeNs();
        assertTrue(stampNs >= sent.timeNs() && stampNs <= received.endTimeNs(), stampNs + " of " + sent + received);
        assertEquals(Event.NO_TIME, sent.socket().packetTimeNs());
    }

    @Test
    void theAddressOfACallIsNotTakenFromItsData() {
        assertEquals("127.0.0.1:80", SocketFacts.lastArgument("\"a, 1.2.3.4:5\", 12, 127.0.0.1:80"));
        assertNull(SocketFacts.lastArgument("\"a, 1.2.3.4:5\", 12"));
        assertNull(SocketFacts.lastArgument("00 01 02..., 12"));
        assertEquals("[::1]:80", SocketFacts.lastArgument("00 01 02..., 12, MSG_TRUNC, [::1]:80"));
        assertEquals("/run/x.sock", SocketFacts.lastArgument("/run/x.sock; jnr-unixsocket calls bind, listen"));
        assertEquals("@name", SocketFacts.lastArgument("@name"));
        assertNull(SocketFacts.lastArgument("(unnamed)"));
    }
}
