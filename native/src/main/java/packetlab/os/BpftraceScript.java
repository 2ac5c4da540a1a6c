package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program for bpftrace(8): native/src/main/c/trace-calls.bt, and for each system call what is kept when it is entered.
 * (bpftrace cannot do two things at one tracepoint, nor name a piece of code.)
 */
final class BpftraceScript {
    private static final String RESOURCE = "trace-calls.bt", PROBE = "tracepoint:syscalls:sys_";
    /**
     * Octets of data, messages of one call, pieces of a message, and descriptors of a wait that are looked at. The kernel goes
     * through each loop to its end before it takes the script: 512 messages are more than it takes, and 128 cost it a second.
     */
    private static final int SHOWN = 32, MESSAGES = 128, PIECES = 16, POLLED = 64;
    private static final String NONE = "0";
    private static final String IS_SOCKET = "((uint64)$file->f_inode->i_mode & 0xf000) == 0xc000";

    /**
     * A system call: its descriptor, three numbers that are told, the address that it names, its octets and how many of them
     * are its own, and what is to be done before any of that can be said.
     */
    private record Syscall(String name, String fd, String a, String b, String c, String named, String octets, String most,
                           String before) {
        Syscall(String name, String fd, String a, String b, String c, String named, String octets) {
            this(name, fd, a, b, c, named, octets, octets.equals(NONE) ? NONE : name.endsWith("sockopt") ? c : a, "");
        }

        boolean carriesMessages() {
            return name.endsWith("mmsg");
        }
    }

    private static final List<Syscall> CALLS = List.of(
            new Syscall("bind", "fd", NONE, NONE, NONE, "args->umyaddr", NONE),
            new Syscall("connect", "fd", NONE, NONE, NONE, "args->uservaddr", NONE),
            new Syscall("listen", "fd", "args->backlog", NONE, NONE, NONE, NONE),
            new Syscall("accept", "fd", NONE, NONE, NONE, NONE, NONE),
            new Syscall("accept4", "fd", "args->flags", NONE, NONE, NONE, NONE),
            new Syscall("sendto", "fd", "args->len", "args->flags", NONE, "args->addr", "args->buff"),
            new Syscall("recvfrom", "fd", "args->size", "args->flags", NONE, "args->addr", "args->ubuf"),
            new Syscall("write", "fd", "args->count", NONE, NONE, NONE, "args->buf"),
            new Syscall("read", "fd", "args->count", NONE, NONE, NONE, "args->buf"),
            pieces("writev", NONE, NONE, "args->vec", "args->vlen"), pieces("readv", NONE, NONE, "args->vec", "args->vlen"),
            message("sendmsg"), message("recvmsg"), messages("sendmmsg"), messages("recvmmsg"),
            new Syscall("sendfile64", "out_fd", "args->count", "args->in_fd", NONE, NONE, NONE),
            new Syscall("shutdown", "fd", "args->how", NONE, NONE, NONE, NONE),
            new Syscall("close", "fd", NONE, NONE, NONE, NONE, NONE),
            new Syscall("setsockopt", "fd", "args->level", "args->optname", "args->optlen", NONE, "args->optval"),
            new Syscall("getsockopt", "fd", "args->level", "args->optname", "*(uint32 *)uptr(args->optlen)", NONE, "args->optval"),
            new Syscall("dup", "fildes", NONE, NONE, NONE, NONE, NONE),
            new Syscall("dup2", "oldfd", "args->newfd", NONE, NONE, NONE, NONE),
            new Syscall("dup3", "oldfd", "args->newfd", NONE, NONE, NONE, NONE));

    /** Those that wait, and what they wait on, plus one, where it is a descriptor of their own. */
    private static final List<Syscall> WAITS = List.of(
            new Syscall("epoll_wait", "args->epfd + 1", "args->maxevents", "args->timeout", NONE, NONE, NONE),
            new Syscall("epoll_pwait", "args->epfd + 1", "args->maxevents", "args->timeout", NONE, NONE, NONE),
            polled("poll", "args->timeout_msecs"), polled("ppoll", milliseconds("args->tsp", "tv_nsec", 1_000_000)),
            chosen("select", milliseconds("args->tvp", "tv_usec", 1_000)),
            chosen("pselect6", milliseconds("args->tsp", "tv_nsec", 1_000_000)),
            new Syscall("epoll_pwait2", "args->epfd + 1", "args->maxevents",
                    milliseconds("args->timeout", "tv_nsec", 1_000_000), NONE, NONE, NONE));
    private static final List<Syscall> MADE = List.of(
            new Syscall("socket", NONE, "args->family", "args->type", "args->protocol", NONE, NONE),
            new Syscall("socketpair", NONE, "args->family", "args->type", "args->protocol", "args->usockvec", NONE));
    /** By their numbers in what is printed of calls that never return. */
    private static final List<String> NAMES = Stream.of(CALLS, WAITS, MADE).flatMap(List::stream).map(Syscall::name).toList();

    private BpftraceScript() {}

    /** The call of that number; null where there is none. */
    static String nameOf(long number) {
        return number < 0 || number >= NAMES.size() ? null : NAMES.get((int) number);
    }

    /** A call on several pieces of memory: how long they are together, and where the first one is. */
    private static Syscall pieces(String name, String flags, String named, String vector, String count) {
        return new Syscall(name, "fd", "($n > " + PIECES + " ? (uint64)0 : $sum)", flags, count, named, "$v->iov_base",
                "$v->iov_len", String.join("\n", "        $v = (struct iovec *)uptr(" + vector + ");",
                        "        $n = (uint64)" + count + "; $sum = (uint64)0; $i = (uint64)0;",
                        "        while ($i < $n && $i < " + PIECES + ") {",
                        "            $sum = $sum + (uint64)($v + $i)->iov_len; $i = $i + 1;", "        }\n"));
    }

    private static Syscall message(String name) {
        String message = "((struct user_msghdr *)args->msg)";
        return pieces(name, "args->flags", message + "->msg_name", message + "->msg_iov", message + "->msg_iovlen");
    }

    /** What its messages are is seen when it returns. */
    private static Syscall messages(String name) {
        return new Syscall(name, "fd", NONE, "args->flags", NONE, NONE, "args->mmsg", NONE, "");
    }

    private static Syscall polled(String name, String timeout) {
        return new Syscall(name, NONE, "args->nfds", timeout, NONE, NONE, "args->ufds", NONE, anySocket("args->nfds", POLLED,
                "        $fd = (uint64)(((struct pollfd *)uptr(args->ufds)) + $i)->fd; $asked = 1;\n"));
    }

    /** The sets are told as they are now, since the call writes into them. */
    private static Syscall chosen(String name, String timeout) {
        StringBuilder words = new StringBuilder("    $n = (uint64)(uint32)args->n;\n");
        List<String> sets = List.of("args->inp", "args->outp", "args->exp");
        for (int i = 0; i < sets.size(); i++) {
            words.append("    $s").append(2 * i).append(" = *(uint64 *)uptr(").append(sets.get(i)).append(");\n    $s").append(2 * i + 1)
                    .append(" = $n > 64 ? *(uint64 *)uptr((uint64)").append(sets.get(i)).append(" + 8) : 0;\n");
        }
        words.append("    $low = $s0 | $s2 | $s4; $high = $s1 | $s3 | $s5;\n");
        return new Syscall(name, name.equals("select") ? NONE : "((uint64)args->sig == 0 ? 0 : 1)", "args->n", timeout,
                "args->exp", "args->outp", "args->inp", NONE, words + anySocket("$n", BpftraceParts.CHOSEN,
                "        $fd = $i; $asked = (($i < 64 ? $low : $high) >> ($i & 63)) & 1;\n")
                + "    if ($any != 0) { @sets[tid] = ($s0, $s1, $s2, $s3, $s4, $s5); }\n");
    }

    /** Sets {@code $any} where one of the descriptors that a call waits for is a socket, or there are more than are looked at. */
    private static String anySocket(String count, int most, String each) {
        return "    $files = ((struct task_struct *)curtask)->files->fdt; $i = (uint64)0;\n"
                + "    $any = (uint64)" + count + " > " + most + " ? 1 : 0;\n"
                + "    while ($i < (uint64)" + count + " && $i < " + most + " && $any == 0) {\n" + each
                + "        if ($asked != 0 && $fd < (uint64)$files->max_fds) {\n"
                + "            $file = *(((struct file **)$files->fd) + $fd);\n"
                + "            if (" + IS_SOCKET + ") { $any = 1; }\n        }\n        $i = $i + 1;\n    }\n";
    }

    /** A time that may be none, rounded up. */
    private static String milliseconds(String time, String rest, int perMillisecond) {
        return "((uint64)" + time + " == 0 ? (int64)-1 : (int64)" + time + "->tv_sec * 1000 + ((int64)" + time + "->" + rest + " + "
                + (perMillisecond - 1) + ") / " + perMillisecond + ")";
    }

    /** One line for each message of a call that has carried several. */
    private static String eachMessage() {
        return String.join("\n", "    $i = (uint64)0;",
                "    while (args->ret > 0 && $i < (uint64)args->ret && $i < " + MESSAGES + ") {",
                "        $m = ((struct mmsghdr *)uptr(@octets[tid])) + $i;",
                "        $first = (uint64)$m->msg_hdr.msg_iov->iov_len;",
                "        $shown = $first < (uint64)$m->msg_len ? $first : (uint64)$m->msg_len;",
                "        printf(\"part %d %d %lld %lld N %r D %r\\n\", tid, $m->msg_len, $m->msg_hdr.msg_iovlen, $first,",
                "            buf($m->msg_hdr.msg_name, (uint64)$m->msg_hdr.msg_name == 0 ? 0 : (uint64)$m->msg_hdr.msg_namelen),",
                "            buf($m->msg_hdr.msg_iov->iov_base, $shown < " + SHOWN + " ? $shown : " + SHOWN + "));",
                "        $i = $i + 1;", "    }", "");
    }

    /**
     * The whole of it; its first argument is the process.
     *
     * @param known whether the kernel has a system call of that name: bpftrace takes no tracepoint that is not there
     */
    static String text(Predicate<String> known) {
        String whole;
        try (InputStream in = BpftraceScript.class.getResourceAsStream(RESOURCE)) {
            whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Syscall> calls = CALLS.stream().filter(c -> known.test(c.name)).toList();
        List<Syscall> waits = WAITS.stream().filter(c -> known.test(c.name)).toList();
        StringBuilder enters = new StringBuilder();
        calls.forEach(call -> enters.append(onSocket(call)));
        MADE.forEach(call -> enters.append(enter(call.name, keep(NONE, NONE, call))));
        for (Syscall call : waits) {
            String kept = keep(call.fd, NONE, call).replace("@began", "@waits");
            enters.append(enter(call.name, call.before.isEmpty() ? kept
                    : call.before + "    if ($any != 0) {\n" + kept + "    }\n"));
        }
        int exit = whole.indexOf("{exits}");
        int exitEnd = whole.indexOf("\n}\n", exit) + 3;
        String returned = whole.substring(exit, exitEnd);
        String several = exits(calls.stream().filter(Syscall::carriesMessages));
        String exits = returned.replace("{exits}", exits(calls.stream().filter(c -> !c.carriesMessages()
                && !c.name.startsWith("accept")))).replace("{messages}", "")
                + (several.isEmpty() ? "" : "\n" + returned.replace("{exits}", several).replace("{messages}", eachMessage()));
        return (whole.substring(0, exit) + exits + whole.substring(exitEnd)).replace("{enters}", enters.toString().strip())
                .replace("{makers}", exits(Stream.concat(MADE.stream().filter(c -> c.name.equals("socket")),
                        calls.stream().filter(c -> c.name.startsWith("accept")))))
                .replace("{epolls}", exits(waits.stream().filter(c -> c.name.startsWith("epoll"))))
                .replace("{polls}", exits(waits.stream().filter(c -> c.name.matches("p?poll"))))
                .replace("{selects}", exits(waits.stream().filter(c -> c.name.contains("select"))));
    }

    private static String exits(Stream<Syscall> calls) {
        return calls.map(c -> PROBE + "exit_" + c.name).collect(Collectors.joining(", "));
    }

    private static String onSocket(Syscall call) {
        return enter(call.name, "    $files = ((struct task_struct *)curtask)->files->fdt;\n"
                + "    $file = *(((struct file **)$files->fd) + (uint64)args->" + call.fd + ");\n"
                + "    if (" + IS_SOCKET + ") {\n" + call.before + keep("args->" + call.fd, "$file->f_inode->i_ino", call) + "    }\n");
    }

    private static String enter(String name, String body) {
        return "\n" + PROBE + "enter_" + name + "\n/@traced[tid]/\n{\n" + body + "}\n";
    }

    private static String keep(String fd, String inode, Syscall call) {
        return "    @fd[tid] = (uint64)(" + fd + "); @inode[tid] = " + inode + "; @began[tid] = nsecs;\n"
                + "    @call[tid] = (uint64)" + NAMES.indexOf(call.name) + ";\n"
                + "    @a[tid] = (uint64)" + call.a + "; @b[tid] = (uint64)" + call.b + "; @c[tid] = (uint64)" + call.c + ";\n"
                + "    @named[tid] = (uint64)" + call.named + "; @octets[tid] = (uint64)" + call.octets + ";\n"
                + "    @most[tid] = (uint64)" + call.most + " < " + SHOWN + " ? (uint64)" + call.most + " : " + SHOWN + ";\n";
    }
}
