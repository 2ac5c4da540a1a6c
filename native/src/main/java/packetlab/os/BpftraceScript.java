package packetlab.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program for bpftrace(8): native/src/main/c/trace-calls.bt, and for each system call what is kept when it is entered.
 * (bpftrace cannot do two things at one tracepoint, nor name a piece of code.)
 */
final class BpftraceScript {
    private static final String RESOURCE = "trace-calls.bt", FIRST_EXIT = "tracepoint:syscalls:sys_exit_bind";

    /** A system call: its descriptor, three numbers that are told, the address that it names, its octets. */
    private record Syscall(String name, String fd, String a, String b, String c, String named, String octets) {}

    private static final String NONE = "0";
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
            new Syscall("writev", "fd", NONE, NONE, "args->vlen", NONE, NONE),
            new Syscall("readv", "fd", NONE, NONE, "args->vlen", NONE, NONE),
            message("sendmsg"), message("recvmsg"),
            new Syscall("sendmmsg", "fd", "args->vlen", "args->flags", NONE, NONE, NONE),
            new Syscall("recvmmsg", "fd", "args->vlen", "args->flags", NONE, NONE, NONE),
            new Syscall("sendfile64", "out_fd", "args->count", "args->in_fd", NONE, NONE, NONE),
            new Syscall("shutdown", "fd", "args->how", NONE, NONE, NONE, NONE),
            new Syscall("close", "fd", NONE, NONE, NONE, NONE, NONE),
            new Syscall("setsockopt", "fd", "args->level", "args->optname", "args->optlen", NONE, "args->optval"),
            new Syscall("getsockopt", "fd", "args->level", "args->optname", "4", NONE, "args->optval"),
            new Syscall("dup", "fildes", NONE, NONE, NONE, NONE, NONE),
            new Syscall("dup2", "oldfd", "args->newfd", NONE, NONE, NONE, NONE),
            new Syscall("dup3", "oldfd", "args->newfd", NONE, NONE, NONE, NONE));

    /** Those that wait, and what they wait on, plus one, where it is a descriptor of their own. */
    private static final List<Syscall> WAITS = List.of(
            new Syscall("epoll_wait", "args->epfd + 1", "args->maxevents", "args->timeout", NONE, NONE, NONE),
            new Syscall("epoll_pwait", "args->epfd + 1", "args->maxevents", "args->timeout", NONE, NONE, NONE),
            new Syscall("poll", NONE, "args->nfds", "args->timeout_msecs", NONE, NONE, NONE));
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

    private static Syscall message(String name) {
        String message = "((struct user_msghdr *)args->msg)";
        return new Syscall(name, "fd", NONE, "args->flags", message + "->msg_iovlen", message + "->msg_name",
                message + "->msg_iov->iov_base");
    }

    /** The whole of it; its first argument is the process. */
    static String text() {
        String whole;
        try (InputStream in = BpftraceScript.class.getResourceAsStream(RESOURCE)) {
            whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int exits = whole.indexOf(FIRST_EXIT);      // what is read there must have been kept before
        StringBuilder text = new StringBuilder(whole.substring(0, exits));
        for (Syscall call : CALLS) {
            text.append(enter(call.name, "    $files = ((struct task_struct *)curtask)->files->fdt;\n"
                    + "    $file = *(((struct file **)$files->fd) + (uint64)args->" + call.fd + ");\n"
                    + "    if (((uint64)$file->f_inode->i_mode & 0xf000) == 0xc000) {\n"
                    + keep("args->" + call.fd, "$file->f_inode->i_ino", call) + "    }\n"));
        }
        MADE.forEach(call -> text.append(enter(call.name, keep(NONE, NONE, call))));
        WAITS.forEach(call -> text.append(enter(call.name, keep(call.fd, NONE, call).replace("@began", "@waits"))));
        return text.append('\n').append(whole.substring(exits)).toString();
    }

    private static String enter(String name, String body) {
        return "\ntracepoint:syscalls:sys_enter_" + name + "\n/@traced[tid]/\n{\n" + body + "}\n";
    }

    private static String keep(String fd, String inode, Syscall call) {
        return "    @fd[tid] = (uint64)(" + fd + "); @inode[tid] = " + inode + "; @began[tid] = nsecs;\n"
                + "    @call[tid] = (uint64)" + NAMES.indexOf(call.name) + ";\n"
                + "    @a[tid] = (uint64)" + call.a + "; @b[tid] = (uint64)" + call.b + "; @c[tid] = (uint64)" + call.c + ";\n"
                + "    @named[tid] = (uint64)" + call.named + "; @octets[tid] = (uint64)" + call.octets + ";\n";
    }
}
