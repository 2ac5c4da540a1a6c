package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for one socket address and its length, to be used again for call after call without allocating. Not for
 * several threads at once.
 */
public final class AddressBuffer {
    /** Octets of struct sockaddr_storage. */
    private static final int CAPACITY = 128;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(CAPACITY + 4).order(ByteOrder.nativeOrder());
    private final ByteBuffer struct = memory.slice(0, CAPACITY).order(ByteOrder.nativeOrder());
    private final long address = NativeCode.address(memory);
    private final ByteBuffer lengthCell = memory.slice(CAPACITY, 4).order(ByteOrder.nativeOrder());

    public AddressBuffer() {}

    public AddressBuffer(SocketAddress address) {
        set(address);
    }

    public AddressBuffer set(SocketAddress address) {
        lengthCell.putInt(0, address.writeTo(struct));
        return this;
    }

    /** What the last call left here, or what was set. */
    public SocketAddress get() {
        return SocketAddress.readFrom(struct, length());
    }

    /** Octets of the address; more than fit are cut, as the kernel does. */
    int length() {
        return Math.min(lengthCell.getInt(0), CAPACITY);
    }

    /** Makes room for an address that the kernel will write. */
    AddressBuffer clear() {
        memory.putShort(0, (short) 0);
        lengthCell.putInt(0, CAPACITY);
        return this;
    }

    /** Where the struct lies in memory, for as long as this object is reachable. */
    long structAddress() {
        return address;
    }

    long lengthAddress() {
        return address + CAPACITY;
    }

    ByteBuffer struct() {
        return struct;
    }

    ByteBuffer lengthCell() {
        return lengthCell;
    }
}
