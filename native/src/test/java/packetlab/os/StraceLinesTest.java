package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;

/** Lines as strace 6.1 prints them. */
class StraceLinesTest {
    private static final long ARRIVED = 1_795_781_700_000_000_000L;

    private final StraceLines lines = new StraceLines(tid -> tid);
    private final List<SeenCall> seen = new ArrayList<>();

    private List<SeenCall> read(String... text) {
        for (String line : text) {
            lines.read(line, ARRIVED, seen::add);
        }
        lines.finish(seen::add);
        return seen;
    }

    private static String words(CallEvent c) {
        return c.call() + "(" + (c.fd() == Event.UNKNOWN ? "" : c.fd() + ", ") + c.args() + ") = "
                + (c.errno() == null ? Long.toString(c.result()) : c.errno());
    }

    private String one(String line) {
        return words(read(line).get(seen.size() - 1).call());
    }

    @Test
    void aConnectionAndItsAddresses() {
        read("7 1795781660.100000001 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3<TCP:[41]> <0.000010000>",
                "7 1795781660.100050000 connect(3<TCP:[41]>, {sa_family=AF_INET, sin_port=htons(80), "
                        + "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0 <0.000020000>",
                "7 1795781660.100100000 sendto(3<TCP:[127.0.0.1:5000->127.0.0.1:80]>, \"a\\\"b\\n\\0\\377\"..., 60, "
                        + "MSG_NOSIGNAL, NULL, 0) = 60 <0.000030000>");
        assertEquals(List.of("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3", "connect(3, 127.0.0.1:80) = 0",
                "sendto(3, 61 22 62 0a 00 ff..., 60, MSG_NOSIGNAL) = 60"), seen.stream().map(s -> words(s.call())).toList());
        assertEquals("inode 41", seen.get(0).seen().key());
        assertEquals("127.0.0.1:5000", seen.get(2).seen().local());
        assertEquals(60, seen.get(2).call().length());
        TracedSockets sockets = new TracedSockets();
        List<CallEvent> calls = seen.stream().map(sockets::take).toList();
        assertEquals(1, calls.stream().map(c -> c.socket().id()).distinct().count(), "one socket");
        assertEquals(Transport.TCP, calls.get(2).socket().transport());
        assertEquals("127.0.0.1:80", calls.get(2).socket().peer());
    }

    /** strace stamps a call, then asks what its descriptor is, then lets it go: it may have ended as late as the next began. */
    @Test
    void aCallEndsWhenTheNextOneOfItsThreadBegins() {
        read("7 1795781660.100000000 close(3<TCP:[41]>) = 0 <0.000010000>",
                "8 1795781660.100005000 close(4<TCP:[42]>) = 0 <0.000010000>",
                "7 1795781660.100700000 close(5<TCP:[43]>) = 0 <0.000010000>");
        assertEquals(700_000, seen.get(0).call().endTimeNs() - seen.get(0).call().timeNs());
        assertEquals(ARRIVED, seen.get(2).call().endTimeNs());
    }

    /** Another thread that uses a new descriptor may go on before the one that made it does. */
    @Test
    void callsComeInTheOrderOfTheirLines() {
        for (String line : new String[] {"7 1795781660.100000000 accept4(3<TCP:[127.0.0.1:80]>, NULL, NULL, 0) = "
                + "8<TCP:[127.0.0.1:80->127.0.0.1:50]> <0.000010000>",
            "9 1795781660.200000000 read(8<TCP:[127.0.0.1:80->127.0.0.1:50]>, \"a\", 5) = 1 <0.000010000>",
            "9 1795781660.300000000 close(8<TCP:[127.0.0.1:80->127.0.0.1:50]>) = 0 <0.000010000>"}) {
            lines.read(line, ARRIVED, seen::add);
        }
        assertEquals(0, seen.size(), "the first one's thread has not gone on");
        assertEquals(1_795_781_660_100_010_000L, lines.completeNs());
        lines.release(ARRIVED + 1_000_000_000L, seen::add);
        assertEquals(List.of("accept4", "read", "close"), seen.stream().map(s -> s.call().call()).toList());
        assertEquals(Long.MAX_VALUE, lines.completeNs());
    }

    @Test
    void aCallThatOtherLinesHaveCutInTwo() {
        read("7 1795781660.100000000 accept4(6<TCPv6:[[::1]:80]>,  <unfinished ...>",
                "8 1795781660.200000000 write(9<TCPv6:[[::1]:50->[::1]:80]>, \"x\", 1) = 1 <0.000010000>",
                "7 1795781660.300000000 <... accept4 resumed>{sa_family=AF_INET6, sin6_port=htons(50), "
                        + "sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, [28], "
                        + "SOCK_CLOEXEC) = 8<TCPv6:[[::1]:80->[::1]:50]> <0.200000000>");
        CallEvent accept = seen.stream().map(SeenCall::call).filter(c -> c.call().equals("accept4")).findFirst().orElseThrow();
        assertEquals("accept4(6, [::1]:50) = 8", words(accept));
        assertEquals(200_000_000, accept.endTimeNs() - accept.timeNs());
    }

    /** Threads and processes are told apart by what made them: they may be gone when somebody looks. */
    @Test
    void whoIsOfWhichProcess() {
        List<String> born = new ArrayList<>();
        StraceLines tasks = new StraceLines(new StraceLines.Tasks() {
            @Override
            public long processOf(long tid) {
                return tid;
            }

            @Override
            public void born(long parent, long tid, boolean sameProcess) {
                born.add(parent + " " + tid + " " + sameProcess);
            }
        });
        for (String line : new String[] {"7 1.0 clone(child_stack=0xc1, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD"
                + "|CLONE_SYSVSEM, tls=0xc1) = 8 <0.0001>",
            "8 2.0 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, child_tid=0x7f} <unfinished ...>",
            "8 2.1 <... clone3 resumed> => {parent_tid=[9]}, 88) = 9 <0.0001>", "7 3.0 fork() = 10 <0.1>",
            "7 4.0 vfork() = -1 EAGAIN (Resource temporarily unavailable) <0.1>"}) {
            tasks.read(line, ARRIVED, seen::add);
        }
        assertEquals(List.of("7 8 true", "8 9 true", "7 10 false"), born);
        assertEquals(0, tasks.notUnderstood() + seen.size());
    }

    @Test
    void messagesOfSeveralParts() {
        assertEquals("sendmsg(6, \"xyz\", 3, in 2 parts) = 3", one("7 1.0 sendmsg(6<UNIX-STREAM:[29->33]>, {msg_name=NULL, "
                + "msg_namelen=0, msg_iov=[{iov_base=\"x\", iov_len=1}, {iov_base=\"yz\", iov_len=2}], msg_iovlen=2, "
                + "msg_controllen=0, msg_flags=0}, 0) = 3 <0.0001>"));
        assertEquals("writev(6, \"abcde\", 5, in 2 parts) = 5", one("7 1.0 writev(6<TCP:[1.2.3.4:5->6.7.8.9:10]>, "
                + "[{iov_base=\"ab\", iov_len=2}, {iov_base=\"cde\", iov_len=3}], 2) = 5 <0.0001>"));
    }

    @Test
    void whatFailedAndWhatNeverReturned() {
        assertEquals("recvfrom(7, 5) = EAGAIN", one("7 1.0 recvfrom(7<TCP:[1.2.3.4:5->6.7.8.9:10]>, 0x7fee, 5, 0, NULL, NULL) "
                + "= -1 EAGAIN (Resource temporarily unavailable) <0.0001>"));
        assertEquals("read(7, 5) = ERESTARTSYS", one("7 1.0 read(7<TCP:[1.2.3.4:5->6.7.8.9:10]>, 0x7fee, 5) = ? ERESTARTSYS "
                + "(To be restarted if SA_RESTART is set) <0.1>"));
        seen.clear();
        read("7 1.0 read(7<TCP:[1.2.3.4:5->6.7.8.9:10]>, 0x7fee, 5) = ?", "7 2.0 +++ killed by SIGKILL +++",
                "8 1.0 accept4(6<TCPv6:[[::1]:80]>,  <unfinished ...>", "8 2.0 +++ exited with 0 +++",
                "9 1.0 epoll_wait(9<anon_inode:[eventpoll]>,  <unfinished ...>", "10 1.0 read(3</tmp/a>,  <unfinished ...>");
        lines.unreturned(seen::add);
        assertEquals(List.of("read 7", "accept4 6", "epoll_wait 9"),
                seen.stream().map(s -> s.call().call() + " " + s.call().fd()).toList());
        seen.forEach(s -> assertFalse(s.call().returned(), s.toString()));
        assertEquals("[::1]:80", seen.get(1).seen().local());
    }

    @Test
    void whatIsNoSocketIsNoCall() {
        read("7 1.0 read(3</tmp/a<TCP:[1]>>, \"x\", 5) = 1 <0.1>", "7 1.0 close(3</etc/passwd>) = 0 <0.1>",
                "7 1.0 read(0<pipe:[12]>, \"\", 5) = 0 <0.1>", "7 1.0 poll([{fd=0</dev/null>, events=POLLIN}], 1, 0) = 1 <0.1>");
        assertEquals(List.of(), seen);
    }

    @Test
    void waits() {
        assertEquals("poll(8 POLLIN|POLLOUT, 9 errors, 10 ms; ready: 8 POLLIN) = 1", one("7 1.0 poll([{fd=8<TCP:[1.2.3.4:5->6.7.8.9:10]>"
                + ", events=POLLIN|POLLOUT}, {fd=9<TCP:[4]>, events=0}, {fd=-1}], 3, 10) = 1 ([{fd=8, revents=POLLIN}]) <0.1>"));
        assertEquals("ppoll(8 POLLIN, 1001 ms; ready: 8 POLLIN) = 1", one("7 1.0 ppoll([{fd=8<TCP:[41]>, events=POLLIN}], 1, {tv_sec=1, "
                + "tv_nsec=500}, NULL, 8) = 1 ([{fd=8, revents=POLLIN}], left {tv_sec=0, tv_nsec=999999038}) <0.1>"));
        assertEquals("ppoll(8 POLLIN, 1 ms) = 0", one("7 1.0 ppoll([{fd=8<TCP:[41]>, events=POLLIN}], 1, {tv_sec=0, tv_nsec=500}, "
                + "NULL, 8) = 0 (Timeout) <0.1>"));
        assertEquals("epoll_wait(9, 1023, no timeout) = 1", one("7 1.0 epoll_wait(9<anon_inode:[eventpoll]>, [{events=EPOLLIN, "
                + "data={u32=8, u64=140660178944008}}], 1023, -1) = 1 <0.1>"));
        assertEquals("select(3 read|except, 8 read, 9 write, 1000 ms; ready: 8 read, 9 write) = 2", one("7 1.0 pselect6(10, "
                + "[3</tmp/a 7> 8<TCP:[1.2.3.4:5->6.7.8.9:10]>], [9<TCP:[41]>], [3</tmp/a 7>], {tv_sec=1, tv_nsec=0}, NULL) "
                + "= 2 (in [8], out [9], left {tv_sec=0, tv_nsec=999997004}) <0.1>"));
        assertEquals("pselect(8 read, no timeout) = EINTR", one("7 1.0 pselect6(9, [8<TCP:[41]>], NULL, NULL, NULL, "
                + "{sigmask=NULL, sigsetsize=8}) = -1 EINTR (Interrupted system call) <0.1>"));
    }

    @Test
    void optionsAndPairs() {
        assertEquals("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1) = 0",
                one("7 1.0 setsockopt(3<TCP:[41]>, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0 <0.1>"));
        assertEquals("setsockopt(3, IPPROTO_TCP, TCP_NODELAY, 1) = 0",
                one("7 1.0 setsockopt(3<TCP:[41]>, SOL_TCP, TCP_NODELAY, [1], 4) = 0 <0.1>"));
        assertEquals("getsockopt(3, SOL_SOCKET, SO_LINGER, {1, 5}) = 0",
                one("7 1.0 getsockopt(3<TCP:[41]>, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, [8]) = 0 <0.1>"));
        seen.clear();
        read("7 1.0 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [3<UNIX-STREAM:[67->68]>, 4<UNIX-STREAM:[68->67]>]) = 0 <0.1>");
        assertEquals("inode 68", seen.get(1).seen().key());
        assertEquals(4, seen.get(1).call().result());
    }

    /** Whatever a line is, it ends in a call, or is counted. */
    @Test
    void nonsenseIsCounted() {
        String[] all = {"x", "7 1.0 read(", "7 1.0 read() = 5", "7 1.0 sendto(3<TCP:[41]>) = 1 <0.1>",
            "7 1.0 <... read resumed>) = 5", "7 1.0 read(3<TCP:[41]>, \"\\", "7 99999999999999999999.0 close(3<TCP:[1]>) = 0"};
        read(all);
        assertEquals(List.of(), seen);
        assertEquals(all.length, lines.notUnderstood());
        String good = "7 1.0 sendto(3<UDP:[127.0.0.1:5]>, \"a\\\"b\", 3, 0, {sa_family=AF_INET, sin_port=htons(9), "
                + "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 3 <0.1>";
        for (int i = 0; i < good.length(); i++) {
            read(good.substring(0, i), good.substring(i));      // none may throw
        }
        assertNull(StraceText.address("{sa_family=AF_INET, sin_port=htons(99999), sin_addr=inet_addr(\"127.0.0.1\")}"));
    }
}
