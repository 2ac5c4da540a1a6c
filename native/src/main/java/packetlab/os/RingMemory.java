package packetlab.os;

import com.kenai.jffi.MemoryIO;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that this process shares with the kernel. All access goes through one buffer, which has bounds: a wrong offset
 * is an exception. After {@link #unmap} not even that protects: whoever still has the buffer ends the JVM by reading
 * it.
 */
final class RingMemory {
    private static final int PROT_READ_WRITE = 3, MAP_SHARED = 1;
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final long address;
    private final int length;
    private ByteBuffer buffer;

    private RingMemory(long address, int length) {
        this.address = address;
        this.length = length;
        this.buffer = MemoryIO.getInstance().newDirectByteBuffer(address, length).order(ByteOrder.nativeOrder());
    }

    /** Maps what belongs to a descriptor from its beginning. */
    static RingMemory map(int fd, int length) throws OsException {
        long address = LibC.get().mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0);
        if (address == -1) {
            int errno = LibC.errno();
            throw Failure.of("mmap", fd + ", " + length + " octets", errno);
        }
        return new RingMemory(address, length);
    }

    /** All of it, in native order. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Reads an ownership word: what the kernel wrote before it set this can be read after it. At a multiple of 4. */
    int acquire(int at) {
        return (int) WORD.getAcquire(buffer, at);
    }

    /** Sets an ownership word: what was read before it is read before the kernel writes there again. */
    void release(int at, int value) {
        WORD.setRelease(buffer, at, value);
    }

    /** Once, by whoever reads it, or when nobody does. */
    void unmap() {
        buffer = null;
        try {
            LibC.get().munmap(address, length);
        } catch (MissingLibraryException e) {
            throw new IllegalStateException(e);     // it was there for mmap
        }
    }
}
