package packetlab.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads and writes integers at absolute offsets. Width, sign and byte order are in the name (big-endian, the network's,
 * unless it ends in {@code le}); the buffer's own order and position are never part of the answer. Works on heap and on
 * direct buffers; an offset outside the buffer throws IndexOutOfBoundsException.
 */
public final class Net {
    private static final VarHandle SHORT = MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Net() {}

    public static int u8(ByteBuffer b, int at) {
        return b.get(at) & 0xFF;
    }

    public static int u16(ByteBuffer b, int at) {
        return (short) SHORT.get(b, at) & 0xFFFF;
    }

    public static int u16le(ByteBuffer b, int at) {
        return Short.reverseBytes((short) SHORT.get(b, at)) & 0xFFFF;
    }

    public static int i32(ByteBuffer b, int at) {
        return (int) INT.get(b, at);
    }

    public static int i32le(ByteBuffer b, int at) {
        return Integer.reverseBytes((int) INT.get(b, at));
    }

    public static long u32(ByteBuffer b, int at) {
        return (int) INT.get(b, at) & 0xFFFF_FFFFL;
    }

    public static long u32le(ByteBuffer b, int at) {
        return i32le(b, at) & 0xFFFF_FFFFL;
    }

    public static long i64(ByteBuffer b, int at) {
        return (long) LONG.get(b, at);
    }

    public static long i64le(ByteBuffer b, int at) {
        return Long.reverseBytes((long) LONG.get(b, at));
    }

    public static void put8(ByteBuffer b, int at, int value) {
        b.put(at, (byte) value);
    }

    public static void put16(ByteBuffer b, int at, int value) {
        SHORT.set(b, at, (short) value);
    }

    public static void put32(ByteBuffer b, int at, int value) {
        INT.set(b, at, value);
    }

    public static void put32le(ByteBuffer b, int at, int value) {
        INT.set(b, at, Integer.reverseBytes(value));
    }

    public static void put64(ByteBuffer b, int at, long value) {
        LONG.set(b, at, value);
    }

    public static void put64le(ByteBuffer b, int at, long value) {
        LONG.set(b, at, Long.reverseBytes(value));
    }
}
