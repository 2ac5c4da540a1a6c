package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;
import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SOL_SOCKET;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;
import packetlab.sockets.Calls;
import packetlab.sockets.Stage;

/** Calls joined with the packets that the kernel really sent because of them, in a private namespace. */
class TimelineLiveTest {
    private static final int FIN = 1, SYN = 2, RST = 4;
    private static final int SO_ATTACH_FILTER = 26, SO_DETACH_FILTER = 27;
    private static final Map<String, Inside.Case> CASES = cases();

    @TestFactory
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> live() throws Exception {
        return Inside.tests(TimelineLiveTest.class, CASES);
    }

    public static void main(String[] args) throws IOException {
        Inside.runAll(CASES);
    }

    private static Map<String, Inside.Case> cases() {
        Map<String, Inside.Case> cases = new LinkedHashMap<>();
        cases.put("one send is one segment, and connect and accept share a handshake", TimelineLiveTest::oneSegment);
        cases.put("two sends go out in one segment", TimelineLiveTest::twoSendsInOneSegment);
        cases.put("one send is received in three pieces", TimelineLiveTest::threeReceives);
        cases.put("one send takes several segments", TimelineLiveTest::severalSegments);
        cases.put("a refused connect is a SYN and a reset", TimelineLiveTest::refused);
        cases.put("shutdown is the FIN, and close then is nothing", TimelineLiveTest::shutdown);
        cases.put("close with linger 0 is a reset, and recv is told so", TimelineLiveTest::lingerZero);
        cases.put("close with unread data is a reset", TimelineLiveTest::unread);
        cases.put("close of a listener resets whom nobody accepted", TimelineLiveTest::unaccepted);
        cases.put("a lost segment is sent again for the same send", TimelineLiveTest::retransmitted);
        cases.put("what was not captured is said", TimelineLiveTest::uncaptured);
        cases.put("datagrams that found room are told from those that did not", TimelineLiveTest::datagrams);
        cases.put("an unreachable port is an ICMP message", TimelineLiveTest::unreachable);
        cases.put("a call that failed has no packets", TimelineLiveTest::failed);
        return cases;
    }

    /** Two connected sockets, and the listening one. */
    private record Pair(Calls client, Calls server, int socket, int accepted, int listening) {
        static Pair of(Stage stage) throws Exception {
            int listening = listen(stage);
            int socket = stage.client().socket(AF_INET, SOCK_STREAM, 0);
            stage.client().connect(socket, Sockets.getsockname(listening));
            return new Pair(stage.client(), stage.server(), socket, stage.server().accept(listening), listening);
        }

        void send(String text) throws OsException {
            client.send(socket, bytes(text));
        }

        void receive(int room) throws OsException {
            server.recv(accepted, ByteBuffer.allocateDirect(room));
        }

        void close() throws OsException {
            client.close(socket);
            receive(10);
            server.close(accepted);
            server.close(listening);
        }
    }

    private static int listen(Stage stage) throws OsException {
        int listening = stage.server().socket(AF_INET, SOCK_STREAM, 0);
        stage.server().bind(listening, SocketAddress.loopback(0));
        stage.server().listen(listening, 5);
        return listening;
    }

    private static ByteBuffer bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static void oneSegment() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.send("hello, server");
            pair.receive(100);
            pair.close();
        });
        List<Long> handshake = watched.call(CLIENT, "connect").frames();
        assertEquals(List.of(1L, 2L, 3L), handshake);
        assertEquals(watched.frames(CLIENT, SYN).get(0), handshake.get(0));
        assertEquals(watched.frames(SERVER, SYN).get(0), handshake.get(1));
        assertEquals(handshake, watched.call(SERVER, "accept").frames());
        CallEvent send = watched.call(CLIENT, "send");
        assertEquals(watched.carriers(CLIENT, 0, 13), send.frames());
        assertEquals(1, send.frames().size());
        CallEvent received = watched.calls(SERVER, "recv").get(0);
        assertEquals(send.frames(), received.frames());
        assertEquals(List.of(send.id()), received.peers());
        assertEquals(0, received.offset());
        CallEvent close = watched.call(CLIENT, "close");
        assertEquals(watched.frames(CLIENT, FIN), close.frames());
        CallEvent end = watched.calls(SERVER, "recv").get(1);
        assertEquals(close.frames(), end.frames());
        assertEquals(List.of(close.id()), end.peers());
        assertEquals(watched.frames(SERVER, FIN), watched.calls(SERVER, "close").get(0).frames());
        oneClock(watched);
    }

    /** What no clock that is one can contradict: nothing is sent before its call, nor received after it. */
    private static void oneClock(WatchedRun watched) {
        Map<Long, Event> packets = new HashMap<>();
        watched.run.packets().forEach(p -> packets.put(p.frame(), p));
        for (CallEvent call : watched.run.calls()) {
            for (long frame : call.call().startsWith("send") || call.call().startsWith("recv") ? call.frames()
                    : List.<Long>of()) {
                long stampNs = packets.get(frame).timeNs();
                assertTrue(call.call().startsWith("send") ? stampNs >= call.timeNs() : stampNs <= call.endTimeNs(),
                        call + " and its packet of " + stampNs);
            }
        }
    }

    private static void twoSendsInOneSegment() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.client.setsockopt(pair.socket, Sockets.IPPROTO_TCP, Sockets.TCP_CORK, 1);
            pair.send("two sends, ");
            pair.send("one segment");
            pair.client.setsockopt(pair.socket, Sockets.IPPROTO_TCP, Sockets.TCP_CORK, 0);
            pair.receive(100);
            pair.close();
        });
        List<CallEvent> sends = watched.calls(CLIENT, "send");
        List<Long> segment = watched.carriers(CLIENT, 0, 22);
        assertEquals(1, segment.size(), "the cork held the first one back");
        assertEquals(segment, sends.get(0).frames());
        assertEquals(segment, sends.get(1).frames());
        assertEquals(11, sends.get(1).offset());
        assertEquals(List.of(sends.get(0).id(), sends.get(1).id()), watched.calls(SERVER, "recv").get(0).peers());
    }

    private static void threeReceives() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.send("x".repeat(300));
            pair.receive(100);
            pair.receive(100);
            pair.receive(100);
            pair.close();
        });
        CallEvent send = watched.call(CLIENT, "send");
        assertEquals(1, send.frames().size());
        for (int i = 0; i < 3; i++) {
            CallEvent recv = watched.calls(SERVER, "recv").get(i);
            assertEquals(100L * i, recv.offset());
            assertEquals(send.frames(), recv.frames());
            assertEquals(List.of(send.id()), recv.peers());
        }
    }

    private static void severalSegments() throws Exception {
        int length = 400_000;      // a segment has at most 64 KiB
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            Stage.Running sends = stage.start("sender", () -> {
                pair.client.sendAll(pair.socket, ByteBuffer.allocateDirect(length));
                pair.client.shutdown(pair.socket, Sockets.SHUT_WR);
            });
            ByteBuffer in = ByteBuffer.allocateDirect(50_000);
            while (pair.server.recv(pair.accepted, in.clear()) > 0) {
                in.clear();
            }
            sends.join();
        });
        long sent = 0;
        for (CallEvent send : watched.calls(CLIENT, "send")) {
            assertEquals(sent, send.offset());
            sent += send.length();
            assertEquals(watched.carriers(CLIENT, send.offset(), sent), send.frames());
            assertEquals(0, send.uncaptured());
        }
        assertEquals(length, sent);
        assertTrue(watched.carriers(CLIENT, 0, length).size() > 5);
        long received = 0;
        TreeSet<Long> senders = new TreeSet<>();
        for (CallEvent recv : watched.calls(SERVER, "recv")) {
            assertEquals(received, recv.offset());
            received += recv.length();
            if (recv.length() > 0) {
                assertEquals(watched.carriers(CLIENT, recv.offset(), received), recv.frames());
                senders.addAll(recv.peers());
            }
        }
        assertEquals(length, received);
        assertEquals(new TreeSet<>(watched.calls(CLIENT, "send").stream().map(CallEvent::id).toList()), senders);
        oneClock(watched);
    }

    private static void refused() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            int bound = stage.server().socket(AF_INET, SOCK_STREAM, 0);
            stage.server().bind(bound, SocketAddress.loopback(0));
            int socket = stage.client().socket(AF_INET, SOCK_STREAM, 0);
            assertThrows(OsException.class, () -> stage.client().connect(socket, Sockets.getsockname(bound)));
        });
        CallEvent connect = watched.call(CLIENT, "connect");
        assertEquals("ECONNREFUSED", connect.errno());
        assertEquals(List.of(watched.frames(CLIENT, SYN).get(0), watched.frames(SERVER, RST).get(0)), connect.frames());
    }

    private static void shutdown() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.client.shutdown(pair.socket, Sockets.SHUT_WR);
            pair.receive(10);
            pair.server.send(pair.accepted, bytes("half a connection"));
            pair.client.recv(pair.socket, ByteBuffer.allocateDirect(100));
            pair.server.close(pair.accepted);
            pair.client.recv(pair.socket, ByteBuffer.allocateDirect(100));
            pair.client.close(pair.socket);
        });
        assertEquals(watched.frames(CLIENT, FIN), watched.call(CLIENT, "shutdown").frames());
        assertEquals(List.of(), watched.call(CLIENT, "close").frames());
        assertEquals(watched.call(CLIENT, "shutdown").frames(), watched.call(SERVER, "recv").frames());
        assertEquals(watched.frames(SERVER, FIN), watched.calls(CLIENT, "recv").get(1).frames());
    }

    private static void lingerZero() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            Sockets.setsockopt(pair.socket, SOL_SOCKET, Sockets.SO_LINGER, Sockets.linger(true, 0));
            pair.client.close(pair.socket);
            assertThrows(OsException.class, () -> pair.receive(10));
        });
        List<Long> reset = watched.frames(CLIENT, RST);
        assertEquals(1, reset.size());
        assertEquals(reset, watched.call(CLIENT, "close").frames());
        CallEvent recv = watched.call(SERVER, "recv");
        assertEquals("ECONNRESET", recv.errno());
        assertEquals(reset, recv.frames());
    }

    private static void unread() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.send("nobody will read this");
            Thread.sleep(20);
            pair.server.close(pair.accepted);
        });
        assertEquals(watched.frames(SERVER, RST), watched.calls(SERVER, "close").get(0).frames());
        assertEquals(1, watched.frames(SERVER, RST).size());
    }

    private static void unaccepted() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            int listening = listen(stage);
            int socket = stage.client().socket(AF_INET, SOCK_STREAM, 0);
            stage.client().connect(socket, Sockets.getsockname(listening));
            stage.server().close(listening);
        });
        assertEquals(watched.frames(SERVER, RST), watched.calls(SERVER, "close").get(0).frames());
        assertEquals(1, watched.frames(SERVER, RST).size());
    }

    private static void retransmitted() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            dropAll(pair.accepted, true);               // at the socket, behind the capture
            pair.send("sent more than once");
            Thread.sleep(350);                          // longer than the timer of the first retransmission, 200 ms
            dropAll(pair.accepted, false);
            pair.receive(100);
            pair.close();
        });
        CallEvent send = watched.call(CLIENT, "send");
        List<Long> copies = watched.carriers(CLIENT, 0, 19);
        assertTrue(copies.size() >= 2, copies.toString());
        assertEquals(copies, send.frames());
        CallEvent recv = watched.calls(SERVER, "recv").get(0);
        assertEquals(List.of(send.id()), recv.peers());
        assertTrue(recv.frames().contains(copies.get(copies.size() - 1)) || copies.size() > 2, recv.toString());
        assertTrue(send.frames().containsAll(recv.frames()) && !recv.frames().isEmpty(), recv.toString());
    }

    /** A filter of one instruction that keeps nothing (struct sock_fprog, sock_filter: ret #0), or its end. */
    private static void dropAll(int fd, boolean drop) throws OsException {
        ByteBuffer program = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putShort(0, (short) 6);
        ByteBuffer option = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).putShort(0, (short) 1)
                .putLong(8, MemoryIO.getInstance().getDirectBufferAddress(program));
        Sockets.setsockopt(fd, SOL_SOCKET, drop ? SO_ATTACH_FILTER : SO_DETACH_FILTER, option);
    }

    private static void uncaptured() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp and less 1000", stage -> {
            Pair pair = Pair.of(stage);
            pair.send("x".repeat(2_000));               // longer than what is captured
            pair.receive(4_000);
            pair.send("short");
            pair.receive(4_000);
            pair.close();
        });
        CallEvent large = watched.calls(CLIENT, "send").get(0);
        assertEquals(List.of(), large.frames());
        assertEquals(2_000, large.uncaptured());
        assertEquals(2_000, watched.calls(SERVER, "recv").get(0).uncaptured());
        CallEvent small = watched.calls(CLIENT, "send").get(1);
        assertEquals(2_000, small.offset());
        assertEquals(watched.carriers(CLIENT, 2_000, 2_005), small.frames());
        assertEquals(1, small.frames().size());
        assertEquals(0, small.uncaptured());
    }

    private static void datagrams() throws Exception {
        int count = 200;
        WatchedRun watched = WatchedRun.of("udp", stage -> {
            int serving = stage.server().socket(AF_INET, SOCK_DGRAM, 0);
            stage.server().bind(serving, SocketAddress.loopback(0));
            stage.server().setsockopt(serving, SOL_SOCKET, Sockets.SO_RCVBUF, 16_384);
            stage.server().setTimeout(serving, Sockets.SO_RCVTIMEO, 100);
            int socket = stage.client().socket(AF_INET, SOCK_DGRAM, 0);
            SocketAddress to = Sockets.getsockname(serving);
            AddressBuffer from = new AddressBuffer();
            ByteBuffer in = ByteBuffer.allocateDirect(2_000);
            stage.client().sendto(socket, bytes(""), to);
            stage.server().recvfrom(serving, in, from);
            for (int i = 0; i < count; i++) {
                stage.client().sendto(socket, bytes(String.format("%06d", i) + "x".repeat(500)), to);
                if (i == count / 2) {
                    stage.server().recvfrom(serving, in.clear(), from);
                    stage.server().recvfrom(serving, in.clear(), from);
                }
            }
            assertThrows(OsException.class, () -> {
                while (true) {
                    stage.server().recvfrom(serving, in.clear(), from);
                }
            });
        });
        Map<Long, CallEvent> byId = new HashMap<>();
        List<Long> sent = new ArrayList<>();
        for (CallEvent send : watched.calls(CLIENT, "sendto")) {
            byId.put(send.id(), send);
            assertEquals(1, send.frames().size(), send.toString());
            sent.addAll(send.frames());
        }
        assertEquals(watched.run.packets().stream().map(Event::frame).toList(), sent);
        List<CallEvent> received = watched.calls(SERVER, "recvfrom").stream().filter(c -> c.errno() == null).toList();
        assertTrue(received.size() > 5 && received.size() < count / 2, received.size() + " found room");
        assertEquals(0, received.get(0).length());
        for (CallEvent recv : received) {
            assertEquals(1, recv.frames().size(), recv.toString());
            CallEvent send = byId.get(recv.peers().get(0));
            assertEquals(send.frames(), recv.frames());
            assertEquals(text(send), text(recv), "the very datagram, by what it says");
        }
        oneClock(watched);
    }

    /** The first words of what a call carried. */
    private static String text(CallEvent call) {
        return call.args().substring(0, Math.min(8, call.args().indexOf(", ")));
    }

    private static void unreachable() throws Exception {
        WatchedRun watched = WatchedRun.of("udp or icmp", stage -> {
            int gone = stage.server().socket(AF_INET, SOCK_DGRAM, 0);
            stage.server().bind(gone, SocketAddress.loopback(0));
            SocketAddress to = Sockets.getsockname(gone);
            stage.server().close(gone);
            int socket = stage.client().socket(AF_INET, SOCK_DGRAM, 0);
            stage.client().setTimeout(socket, Sockets.SO_RCVTIMEO, 1_000);
            stage.client().connect(socket, to);
            stage.client().send(socket, bytes("is anybody there?"));
            assertThrows(OsException.class, () -> stage.client().recv(socket, ByteBuffer.allocateDirect(10)));
        });
        assertEquals(List.of(1L), watched.call(CLIENT, "send").frames());
        CallEvent recv = watched.call(CLIENT, "recv");
        assertEquals("ECONNREFUSED", recv.errno());
        assertEquals(List.of(2L), recv.frames());
    }

    private static void failed() throws Exception {
        WatchedRun watched = WatchedRun.of("tcp", stage -> {
            Pair pair = Pair.of(stage);
            pair.server.setTimeout(pair.accepted, Sockets.SO_RCVTIMEO, 20);
            assertThrows(OsException.class, () -> pair.receive(10));
            pair.send("after that");
            pair.receive(100);
            pair.close();
        });
        List<CallEvent> recvs = watched.calls(SERVER, "recv");
        assertEquals("EAGAIN", recvs.get(0).errno());
        assertEquals(List.of(), recvs.get(0).frames());
        assertEquals(0, recvs.get(1).offset());
        assertEquals(watched.call(CLIENT, "send").frames(), recvs.get(1).frames());
        assertEquals(Side.SERVER, recvs.get(1).from());
    }
}
