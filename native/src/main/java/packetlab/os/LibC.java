package packetlab.os;

import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.intptr_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * The C library's functions as jnr-ffi calls them: -1 and errno on failure. Buffers are direct; a function gets the
 * address of their position. Variadic functions (ioctl) are called with fixed arguments, which is the same on Linux.
 *
 * <p>A function of exactly six integer arguments, all of them Java primitives, gets garbage as its sixth on x86-64
 * (jnr-ffi 2.2.11 to 2.3.7): one argument must be a Pointer or a buffer, as in sendto and recvfrom.
 */
final class LibC {
    private LibC() {}

    /** Public because jnr-ffi implements it from a class loader of its own. */
    public interface Functions {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, int length);

        int listen(int fd, int backlog);

        int accept(int fd, ByteBuffer address, ByteBuffer length);

        int connect(int fd, ByteBuffer address, int length);

        @ssize_t
        long send(int fd, ByteBuffer data, @size_t long length, int flags);

        @ssize_t
        long sendto(int fd, ByteBuffer data, @size_t long length, int flags, ByteBuffer address, int addressLength);

        @ssize_t
        long recv(int fd, ByteBuffer data, @size_t long length, int flags);

        @ssize_t
        long recvfrom(int fd, ByteBuffer data, @size_t long length, int flags, ByteBuffer address,
                      ByteBuffer addressLength);

        /** A struct msghdr; whatever it points to must be kept reachable until the call has returned. */
        @ssize_t
        long sendmsg(int fd, ByteBuffer message, int flags);

        /** The address of a struct msghdr. */
        @ssize_t
        long recvmsg(int fd, Pointer message, int flags);

        int shutdown(int fd, int how);

        int close(int fd);

        int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

        int getsockopt(int fd, int level, int option, ByteBuffer value, ByteBuffer length);

        int getsockname(int fd, ByteBuffer address, ByteBuffer length);

        int getpeername(int fd, ByteBuffer address, ByteBuffer length);

        int poll(ByteBuffer pollfds, long count, int timeoutMs);

        int ppoll(ByteBuffer pollfds, @size_t long count, ByteBuffer timeout, Pointer mask);

        int unshare(int flags);

        int ioctl(int fd, long request, ByteBuffer argument);

        /** The place is a Pointer for the sake of the sixth argument. -1 is an address, too: MAP_FAILED. */
        @intptr_t
        long mmap(Pointer place, @size_t long length, int protection, int flags, int fd, @off_t long offset);

        int munmap(@intptr_t long address, @size_t long length);

        int recvmmsg(int fd, ByteBuffer messages, int count, int flags, Pointer timeout);

        int prctl(int option, long argument2, long argument3, long argument4, long argument5);

        // With plain addresses: these are compiled to a bare call, for loops that count nanoseconds.

        @ssize_t
        long send(int fd, @intptr_t long data, @size_t long length, int flags);

        @ssize_t
        long recv(int fd, @intptr_t long data, @size_t long length, int flags);

        /** The data is a Pointer for the sake of the sixth argument. */
        @ssize_t
        long sendto(int fd, Pointer data, @size_t long length, int flags, @intptr_t long address, int addressLength);

        @ssize_t
        long recvfrom(int fd, Pointer data, @size_t long length, int flags, @intptr_t long address,
                      @intptr_t long addressLength);

        int clock_gettime(int clock, @intptr_t long timespec);

        /** Returns the error number, and leaves errno alone. */
        int clock_nanosleep(int clock, int flags, @intptr_t long timespec, @intptr_t long left);

        int sched_setaffinity(int thread, @size_t long length, ByteBuffer mask);

        int sched_getaffinity(int thread, @size_t long length, ByteBuffer mask);

        /** Returns the error number instead of setting errno; argv and envp are arrays of pointers that end with null. */
        int posix_spawn(ByteBuffer pid, String path, Pointer fileActions, Pointer attributes, Pointer argv,
                        Pointer envp);

        int posix_spawnattr_init(Pointer attributes);

        int posix_spawnattr_destroy(Pointer attributes);

        int posix_spawnattr_setflags(Pointer attributes, short flags);

        int posix_spawnattr_setsigmask(Pointer attributes, ByteBuffer signals);

        int posix_spawn_file_actions_init(Pointer actions);

        int posix_spawn_file_actions_destroy(Pointer actions);

        int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

        int waitpid(int pid, ByteBuffer status, int options);

        int kill(int pid, int signal);

        int clock_gettime(int clock, ByteBuffer timespec);

        int tcgetpgrp(int terminal);

        int getpgrp();
    }

    /** The loaded library; loading it takes some 100 ms in a cold JVM, once. */
    static Functions get() throws MissingLibraryException {
        try {
            return Loaded.LIBC;
        } catch (LinkageError e) {      // the first time ExceptionInInitializerError, then NoClassDefFoundError
            throw new MissingLibraryException("jnr-ffi", NativeCode.explain(e, "jnr-ffi's native part",
                    "it has one for Linux on x86-64, AArch64 and others"), e);
        }
    }

    /** The error number that the calling thread's last call left; ask on the line after the call. */
    static int errno() {
        return LastError.getLastError(Loaded.RUNTIME);
    }

    static Runtime runtime() {
        return Loaded.RUNTIME;
    }

    /** Loads at first use, so that whoever makes no system call needs no native code. */
    final class Loaded {
        static final Functions LIBC =
                LibraryLoader.create(Functions.class).load(Platform.getNativePlatform().getStandardCLibraryName());
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

        private Loaded() {}
    }
}
