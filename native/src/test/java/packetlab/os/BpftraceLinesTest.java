package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as trace-calls.bt prints them, from processors whose buffers are not read in step. */
class BpftraceLinesTest {
    private static final long OFFSET = 1_000;
    private static final long TICK = 10_000_000_000L, BEHIND = 100_000_000L;

    private final BpftraceLines lines = new BpftraceLines(OFFSET);
    private final List<String> told = new ArrayList<>();
    private final CallTracer.Calls calls = new CallTracer.Calls() {
        @Override
        public void call(SeenCall seen) {
            told.add(seen.call().call() + " " + seen.call().fd() + " " + (seen.call().endTimeNs() - OFFSET));
        }

        @Override
        public void missing() {
            told.add("missing");
        }
    };

    private static String read(long began, long ended, int fd) {
        return "tracepoint:syscalls:sys_exit_read 7 8 " + began + " " + ended + " " + fd
                + " 100 0 0 5 4711 2 1 6 80 20480 L 127.0.0.1 R 127.0.0.1 N  D hello";
    }

    private void tick(int cpu, long time) {
        lines.read("tick " + cpu + " " + time, calls);
        lines.release(0, calls);
    }

    @Test
    void callsGoOutInTheOrderOfTheirReturnsOnceNoneCanComeBefore() {
        lines.read(read(500, 900, 4), calls);
        lines.read(read(100, 200, 3), calls);
        lines.release(0, calls);
        assertEquals(List.of(), told);
        tick(0, TICK);
        assertEquals(List.of("read 3 200", "read 4 900"), told);
        assertEquals(TICK + OFFSET - BEHIND, lines.completeNs());
        lines.read(read(TICK, TICK + 5, 5), calls);
        tick(1, TICK - 50_000_000L);        // the slower one of two that are not idle counts
        tick(0, TICK + 200_000_000L);
        assertEquals(2, told.size());
        tick(1, TICK + 200_000_000L);
        assertEquals("read 5 " + (TICK + 5), told.get(2));
    }

    @Test
    void aProcessorThatIsIdleIsNotWaitedFor() {
        tick(1, TICK);
        lines.read(read(TICK + 1, TICK + 2, 3), calls);
        tick(0, TICK + 2_000_000_000L);
        assertEquals(1, told.size());
        lines.read(read(TICK + 3_000_000_000L, TICK + 3_000_000_001L, 4), calls);
        lines.release(TICK + OFFSET + 5_000_000_002L, calls);      // none ticks: all are idle
        assertEquals(2, told.size());
    }

    @Test
    void whatIsLostComesBehindWhatWasTold() {
        tick(0, TICK);
        lines.read(read(TICK + 1, TICK + 2, 3), calls);
        lines.read("Lost 12 events", calls);
        tick(0, TICK + 500_000_000L);
        assertEquals(List.of("missing", "read 3 " + (TICK + 2)), told);
        assertEquals(12, lines.lost());
    }

    @Test
    void waitsHaveNoOctetsAndAreNotTakenForLost() {
        lines.read("tracepoint:syscalls:sys_exit_epoll_pwait 7 8 100 200 -1 1024 4294967295 0 1 0 0 0 0 0 0 L - R - N D ", calls);
        lines.finish(calls);
        assertEquals(List.of("epoll_pwait -1 200"), told);
        assertEquals(0, lines.lost());
        lines.read("tracepoint:syscalls:sys_exit_read 7 8 100", calls);
        assertEquals(1, lines.lost());
        lines.read("Attaching 57 probes...", calls);
        assertEquals(1, lines.lost());
    }

    @Test
    void theMessagesOfOneCallAreToldOneByOne() {
        List<SeenCall> seen = new ArrayList<>();
        lines.read("part 8 3 1 3 N \\x02\\x00\\x00P\\x7f\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00 D one", calls);
        lines.read("part 8 20 2 7 N  D twotwot", calls);
        lines.read("tracepoint:syscalls:sys_exit_sendmmsg 7 8 100 200 3 0 64 0 2 4711 2 2 17 9999 20480 L 127.0.0.1 R 127.0.0.1 N  D ",
                seen::add);
        lines.finish(seen::add);
        assertEquals(List.of("\"one\", 3, message 1 of 2, MSG_DONTWAIT, 127.0.0.1:80", "\"twotwot\"..., 20, in 2 parts, "
                + "message 2 of 2, MSG_DONTWAIT"), seen.stream().map(s -> s.call().args()).toList());
        assertEquals(List.of(3L, 20L), seen.stream().map(s -> s.call().length()).toList());
        assertEquals("127.0.0.1:80", seen.get(0).seen().peer());
        assertEquals(0, lines.lost());
        lines.read("tracepoint:syscalls:sys_exit_recvmmsg 7 8 100 200 3 0 0 0 2 4711 2 2 17 9999 20480 L - R - N  D ", calls);
        assertEquals(2, lines.lost(), "messages whose lines were lost");
    }

    @Test
    void whatAWaitWaitedForAndWhatWasReady() {
        List<String> args = new ArrayList<>();
        CallTracer.Calls words = seen -> args.add(seen.call().call() + " " + seen.call().args());
        String zeros = " 0 0 0 0 0 0 L - R - N ";
        lines.read("tracepoint:syscalls:sys_exit_ppoll 7 8 100 200 -1 2 10 0 1" + zeros + " D \\x03\\x00\\x00\\x00\\x01\\x00\\x01\\x00"
                + "\\x04\\x00\\x00\\x00\\x05\\x20\\x00\\x00", words);
        lines.read("tracepoint:syscalls:sys_exit_pselect6 7 8 100 201 -1 66 -1 1 2" + zeros
                + "D 8 2 8 0 0 0 0 2 8 0 0 0", words);
        lines.read("tracepoint:syscalls:sys_exit_select 7 8 100 202 -1 500 5 0 0" + zeros + "D 8 0 0 0 0 0 0 0 0 0 0 0", words);
        lines.finish(words);
        assertEquals(List.of("ppoll 3 POLLIN, 4 POLLIN|POLLOUT|POLLRDHUP, 10 ms; ready: 3 POLLIN",
                "pselect 3 read|write, 65 read, no timeout; ready: 3 write, 65 read",
                "select 3 read, 5 ms (of the first 128)"), args);
    }

    /** What Debian 12's kernel and others do not have is left out, since bpftrace would refuse the whole. */
    @Test
    void theScriptNamesNoTracepointThatTheKernelLacks() {
        String all = BpftraceScript.text(name -> true);
        for (String name : List.of("poll", "ppoll", "select", "pselect6", "epoll_pwait2", "sendmmsg", "recvmmsg")) {
            assertEquals(1, all.split("sys_enter_" + name + "\n", -1).length - 1, name);
            assertEquals(1, all.split("sys_exit_" + name + "[,\n]", -1).length - 1, name);
        }
        assertFalse(all.matches("(?s).*\\{[a-z]+}.*"), all);
        String few = BpftraceScript.text(name -> !name.equals("epoll_pwait2") && !name.equals("poll") && !name.equals("select"));
        assertFalse(few.contains("epoll_pwait2") || few.contains("_poll\n") || few.contains("_select\n"), few);
    }

    @Test
    void aCallThatAThreadEndedInIsToldAtLast() {
        lines.read("never 7 7 8 100 3 4711", calls);
        lines.read("never 23 7 9 100 6 0", calls);     // a wait on descriptor 5
        lines.finish(calls);
        assertEquals(List.of(), told);
        lines.unreturned(calls);
        assertEquals(List.of(BpftraceScript.nameOf(7) + " 3", BpftraceScript.nameOf(23) + " 5"),
                told.stream().map(t -> t.substring(0, t.lastIndexOf(' '))).toList());
        assertEquals("epoll_wait", BpftraceScript.nameOf(23));
        lines.read("never 99 1 1 1 1 1", calls);
        lines.read("never 7 7", calls);
        assertEquals(2, lines.lost());
    }

    @Test
    void anInterruptedCallReturnsUnlessItsThreadEnds() {
        String line = read(100, 200, 3).replace(" 100 0 0 5 4711", " 100 0 0 -512 4711");
        lines.read(line, calls);
        lines.read(read(300, 400, 4), calls);
        lines.read(read(500, 600, 5).replace(" 100 0 0 5 4711", " 100 0 0 -512 4711"), calls);
        lines.read("ended 8", calls);
        lines.finish(calls);
        assertEquals(List.of("read 3 200", "read 4 400"), told);
        lines.unreturned(calls);
        assertEquals("read 5", told.get(2).substring(0, 6));
        lines.read(line, calls);
        lines.finish(calls);
        assertEquals("read 3 200", told.get(3));
    }
}
