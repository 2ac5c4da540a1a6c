package packetlab.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * File descriptors that are passed through a Unix-domain socket (SCM_RIGHTS, unix(7)), and files to be passed. One method is one system call; failure is an {@link OsException}. Who receives a descriptor closes it.
 */
public final class Descriptors {
    /** Where one octet came without a descriptor, or nothing at all. */
    public static final int NONE = ReceivedMessage.NO_DESCRIPTOR;

    private static final int O_RDONLY = 0, O_CLOEXEC = 0x80000;
    private static final int IOVEC = 56, CONTROL = 72, CONTROL_LENGTH = 20, CONTROL_SPACE = 24, OCTET = 96;

    private Descriptors() {}

    /** Opens a file to read. */
    public static int open(Path file) throws OsException {
        POSIX posix = posix();
        int fd = posix.open(file.toString(), O_RDONLY | O_CLOEXEC, 0);
        if (fd < 0) {
            int errno = posix.errno();
            throw Failure.of("open", file + ", O_RDONLY", errno);
        }
        return fd;
    }

    /** Reads into a direct buffer, whose position moves on; 0 is the end of the file. */
    public static int read(int fd, ByteBuffer data) throws OsException {
        POSIX posix = posix();
        int at = data.position();
        int length = posix.read(fd, data, data.remaining());
        if (length < 0) {
            int errno = posix.errno();
            throw Failure.of("read", fd + ", " + data.remaining() + " octets", errno);
        }
        data.position(at + length);
        return length;
    }

    /**
     * Sends one octet and, beside it, a descriptor: the receiver gets one of its own for the same open file.
     * <pre>
     * msghdr   name 0 | namelen 8 | iov 16 | iovlen 24 | control 32 | controllen 40 | flags 48
     * iovec    base 0 | len 8
     * cmsghdr  len 0 | level 8 | type 12 | descriptor 16
     * </pre>
     */
    public static int send(int socket, int descriptor) throws OsException {
        // jnr-posix's own MsgHdr lets its buffers be freed while the kernel still uses them.
        ByteBuffer memory = ByteBuffer.allocateDirect(OCTET + 1).order(ByteOrder.nativeOrder());
        long address = NativeCode.address(memory);
        memory.putLong(16, address + IOVEC).putLong(24, 1).putLong(32, address + CONTROL).putLong(40, CONTROL_SPACE);
        memory.putLong(IOVEC, address + OCTET).putLong(IOVEC + 8, 1);
        memory.putLong(CONTROL, CONTROL_LENGTH).putInt(CONTROL + 8, Sockets.SOL_SOCKET)
                .putInt(CONTROL + 12, ReceivedMessage.SCM_RIGHTS).putInt(CONTROL + 16, descriptor);
        int length = (int) LibC.get().sendmsg(socket, memory, Sockets.MSG_NOSIGNAL);
        if (length < 0) {
            int errno = LibC.errno();
            throw Failure.of("sendmsg", socket + ", SCM_RIGHTS {" + descriptor + "}", errno);
        }
        Reference.reachabilityFence(memory);
        return length;
    }

    /**
     * Receives one octet and the descriptor beside it: the number that it has in this process, or {@link #NONE}. Where
     * several came, they are closed, as none of them was asked for.
     */
    public static int receive(int socket) throws OsException {
        ReceivedMessage message = new ReceivedMessage();
        int length = message.receive(socket, ByteBuffer.allocateDirect(1), Sockets.MSG_CMSG_CLOEXEC);
        if (length == ReceivedMessage.NOTHING) {
            throw Failure.of("recvmsg", socket + ", 1 octet", Errno.EAGAIN.number());
        }
        return length > 0 ? message.takeDescriptor() : NONE;
    }

    private static POSIX posix() throws MissingLibraryException {
        LibC.get();         // says why where native code cannot be loaded
        return Loaded.POSIX_CALLS;
    }

    /** Loads at first use. */
    private static final class Loaded {
        static final POSIX POSIX_CALLS = POSIXFactory.getNativePOSIX();
    }
}
