package packetlab.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;

/**
 * Native memory for messages, and the calls that send from it and receive into it: as those of {@link Sockets}, but for
 * loops that count nanoseconds. Nothing is allocated, EAGAIN is a result and not an exception, and EINTR begins the call
 * again. Offsets and lengths are octets of this memory and are the caller's to keep. Not for several threads at once.
 */
public final class MessageMemory {
    /** Nothing waits on a socket that does not block, or the socket's own time limit is over. */
    public static final int NOTHING = -1;

    private final LibC.Functions c;
    private final ByteBuffer buffer;
    private final long address;
    private final Pointer pointer;
    private Pointer behind;

    public MessageMemory(int octets) throws MissingLibraryException {
        c = LibC.get();
        buffer = ByteBuffer.allocateDirect(octets);
        address = NativeCode.address(buffer);
        pointer = Pointer.wrap(LibC.runtime(), address, octets);
    }

    /** The memory itself, big-endian; its position and limit mean nothing. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int capacity() {
        return buffer.capacity();
    }

    /** Sends on a connected socket; returns how many octets, or {@link #NOTHING}. A broken pipe is EPIPE, no signal. */
    public int send(int fd, int offset, int length, int flags) throws OsException {
        while (true) {
            int n = (int) c.send(fd, address + offset, length, flags | Sockets.MSG_NOSIGNAL);
            if (n >= 0) {
                Reference.reachabilityFence(buffer);
                return n;
            }
            if (mayNotGoOn("send", fd, length, LibC.errno())) {
                return NOTHING;
            }
        }
    }

    /** Receives; returns how many octets, 0 at the end of a stream, or {@link #NOTHING}. */
    public int receive(int fd, int offset, int room, int flags) throws OsException {
        while (true) {
            int n = (int) c.recv(fd, address + offset, room, flags);
            if (n >= 0) {
                Reference.reachabilityFence(buffer);
                return n;
            }
            if (mayNotGoOn("recv", fd, room, LibC.errno())) {
                return NOTHING;
            }
        }
    }

    /** Sends one datagram to an address. */
    public int sendTo(int fd, int offset, int length, int flags, AddressBuffer to) throws OsException {
        while (true) {
            // All but the address lies behind the pointer, which the compiled call takes as fast as a number.
            int n = (int) c.sendto(fd, offset == 0 ? pointer : at(offset), length,
                    flags | Sockets.MSG_NOSIGNAL, to.structAddress(), to.length());
            if (n >= 0) {
                Reference.reachabilityFence(to);
                return n;
            }
            if (mayNotGoOn("sendto", fd, length, LibC.errno())) {
                return NOTHING;
            }
        }
    }

    /** Receives one datagram to the beginning of the memory, and its sender's address. */
    public int receiveFrom(int fd, int room, int flags, AddressBuffer from) throws OsException {
        while (true) {
            from.clear();
            int n = (int) c.recvfrom(fd, pointer, room, flags, from.structAddress(), from.lengthAddress());
            if (n >= 0) {
                Reference.reachabilityFence(from);
                return n;
            }
            if (mayNotGoOn("recvfrom", fd, room, LibC.errno())) {
                return NOTHING;
            }
        }
    }

    /** A pointer to that octet; the last one is kept, as a loop asks for the same again. */
    private Pointer at(int offset) {
        if (offset == 0) {
            return pointer;
        }
        if (behind == null || behind.address() != address + offset) {
            behind = pointer.slice(offset);
        }
        return behind;
    }

    /** Whether the call is to answer that there is nothing; false where it is to be made again. */
    private static boolean mayNotGoOn(String call, int fd, int length, int errno) throws OsException {
        if (errno == Errno.EAGAIN.number()) {
            return true;
        }
        if (errno == Errno.EINTR.number()) {
            return false;
        }
        throw Failure.of(call, fd + ", " + length + " octets", errno);
    }
}
