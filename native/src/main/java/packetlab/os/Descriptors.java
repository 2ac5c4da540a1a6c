package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import jnr.posix.CmsgHdr;
import jnr.posix.MsgHdr;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * File descriptors that are passed through a Unix-domain socket (SCM_RIGHTS, unix(7)), and files to be passed, through
 * jnr-posix. One method is one system call; failure is an {@link OsException}. Who receives a descriptor closes it.
 */
public final class Descriptors {
    /** Where one octet came without a descriptor, or nothing at all. */
    public static final int NONE = -1;

    private static final int SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x4000_0000;
    private static final int O_RDONLY = 0, O_CLOEXEC = 0x80000;
    private static final int INT = 4;

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

    /** Sends one octet and, beside it, a descriptor: the receiver gets one of its own for the same open file. */
    public static int send(int socket, int descriptor) throws OsException {
        POSIX posix = posix();
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {ByteBuffer.allocateDirect(1)});
        CmsgHdr control = message.allocateControl(INT);
        control.setLevel(Sockets.SOL_SOCKET);
        control.setType(SCM_RIGHTS);
        ByteBuffer data = ByteBuffer.allocateDirect(INT).order(ByteOrder.nativeOrder());
        control.setData(data.putInt(0, descriptor));
        int length = posix.sendmsg(socket, message, 0);
        if (length < 0) {
            int errno = posix.errno();
            throw Failure.of("sendmsg", socket + ", SCM_RIGHTS {" + descriptor + "}", errno);
        }
        return length;
    }

    /** Receives one octet and the descriptor beside it: the number that it has in this process, or {@link #NONE}. */
    public static int receive(int socket) throws OsException {
        POSIX posix = posix();
        MsgHdr message = posix.allocateMsgHdr();
        message.setIov(new ByteBuffer[] {ByteBuffer.allocateDirect(1)});
        message.allocateControl(INT);
        int length = posix.recvmsg(socket, message, MSG_CMSG_CLOEXEC);
        if (length < 0) {
            int errno = posix.errno();
            throw Failure.of("recvmsg", socket + ", 1 octet", errno);
        }
        CmsgHdr[] controls = length == 0 ? new CmsgHdr[0] : message.getControls();
        boolean came = controls != null && controls.length == 1 && controls[0].getLevel() == Sockets.SOL_SOCKET
                && controls[0].getType() == SCM_RIGHTS;
        return came ? controls[0].getData().order(ByteOrder.nativeOrder()).getInt(0) : NONE;
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
