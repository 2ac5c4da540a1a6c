package packetlab.os;

import com.kenai.jffi.MemoryIO;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Native memory for recvmsg(2): a struct msghdr with one buffer of data and room for control messages, used again for
 * call after call without allocating. The control messages of the last call are walked by {@link #nextControl}. Not for
 * several threads at once; 64-bit systems only.
 * <pre>
 * msghdr   name 0 | namelen 8 | iov 16 | iovlen 24 | control 32 | controllen 40 | flags 48      iovec   base 0 | len 8
 * cmsghdr  len 0 | level 8 | type 12 | data 16 ...
 * </pre>
 */
final class ReceivedMessage {
    /** What {@link #receive} returns where nothing waits on a socket that does not block. */
    static final int NOTHING = -1;
    /** The flag of a message whose control messages did not fit; descriptors among them were lost. */
    static final int MSG_CTRUNC = 8;
    static final int SCM_RIGHTS = 1;
    static final int NO_DESCRIPTOR = -1;

    private static final int HEADER = 56, IOV = 16, IOV_COUNT = 24, CONTROL = 32, CONTROL_LENGTH = 40, FLAGS = 48;
    private static final int IOV_BASE = 0, IOV_LENGTH = 8, IOVEC = 16;
    private static final int LEVEL = 8, TYPE = 12, DATA = 16, ALIGNMENT = 8;
    /** Far more than the stamps, an address and an error of one message take. */
    private static final int CONTROL_ROOM = 512;

    private final MemoryIO memory = MemoryIO.getInstance();
    private final LibC.Functions libc;
    private final Pointer header;
    private final Pointer iovec;
    private final Pointer controls;
    private int controlEnd;
    private int current;
    private int next;

    ReceivedMessage() throws MissingLibraryException {
        libc = LibC.get();
        Pointer all = Memory.allocateDirect(LibC.runtime(), HEADER + IOVEC + CONTROL_ROOM, true);
        header = all.slice(0, HEADER);
        iovec = all.slice(HEADER, IOVEC);
        controls = all.slice(HEADER + IOVEC, CONTROL_ROOM);
        header.putAddress(IOV, iovec.address());
        header.putLong(IOV_COUNT, 1);
        header.putAddress(CONTROL, controls.address());
    }

    /**
     * Receives into a direct buffer between position and limit, as {@link Sockets#recv}; the position moves on.
     *
     * @return octets, or {@link #NOTHING} for EAGAIN
     */
    int receive(int fd, ByteBuffer data, int flags) throws OsException {
        int room = data.remaining();
        iovec.putAddress(IOV_BASE, Sockets.direct(data).capacity() == 0 ? 0
                : memory.getDirectBufferAddress(data) + data.position());
        iovec.putLong(IOV_LENGTH, room);
        header.putLong(CONTROL_LENGTH, CONTROL_ROOM);
        header.putInt(FLAGS, 0);
        controlEnd = 0;
        next = 0;
        int n = (int) libc.recvmsg(fd, header, flags);
        if (n < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.number()) {
                return NOTHING;
            }
            throw Failure.of("recvmsg", fd + ", " + room + " octets" + SocketText.flags(flags), errno);
        }
        Reference.reachabilityFence(data);
        controlEnd = (int) header.getLong(CONTROL_LENGTH);
        data.position(data.position() + Math.min(n, room));
        return n;
    }

    /** MSG flags of the last message. */
    int flags() {
        return header.getInt(FLAGS);
    }

    /** Moves on to the next control message; false behind the last one. */
    boolean nextControl() {
        if (next + DATA > controlEnd) {
            return false;
        }
        int length = (int) Math.min(controls.getLong(next), controlEnd - next);
        if (length < DATA) {
            return false;
        }
        current = next;
        next += (length + ALIGNMENT - 1) & -ALIGNMENT;
        return true;
    }

    /** The one descriptor that came, or {@link #NO_DESCRIPTOR}; all are closed where there are others. */
    int takeDescriptor() throws OsException {
        int taken = NO_DESCRIPTOR;
        int count = 0;
        while (nextControl()) {
            if (controlIs(Sockets.SOL_SOCKET, SCM_RIGHTS)) {
                for (int at = 0; at + Integer.BYTES <= controlLength(); at += Integer.BYTES) {
                    if (count++ == 0) {
                        taken = controlInt(at);
                    } else {
                        Sockets.close(controlInt(at));
                    }
                }
            }
        }
        if (count > 1) {
            Sockets.close(taken);
            return NO_DESCRIPTOR;
        }
        return taken;
    }

    boolean controlIs(int level, int type) {
        return controls.getInt(current + LEVEL) == level && controls.getInt(current + TYPE) == type;
    }

    /** Octets of the current control message's data. */
    int controlLength() {
        return (int) controls.getLong(current) - DATA;
    }

    int controlInt(int offset) {
        return controls.getInt(current + DATA + offset);
    }

    int controlByte(int offset) {
        return controls.getByte(current + DATA + offset) & 0xFF;
    }

    /** A struct timespec in the current control message, in nanoseconds; 0 where the kernel has set none. */
    long controlTimeNs(int offset) {
        int at = current + DATA + offset;
        return controls.getLong(at) * 1_000_000_000L + controls.getLong(at + 8);
    }
}
