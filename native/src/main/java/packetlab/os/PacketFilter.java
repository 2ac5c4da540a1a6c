package packetlab.os;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import packetlab.wire.LinkType;

/**
 * A pcap-filter(7) expression that is held against Ethernet frames which are there already, such as those of a capture
 * file. libpcap compiles and runs it, so that it selects what the kernel would. One thread.
 */
public final class PacketFilter {
    private static final int LONGEST = 1 << 18;

    private final CaptureFilter filter;
    private final Pointer memory;

    private PacketFilter(CaptureFilter filter) {
        this.filter = filter;
        this.memory = CaptureFilter.packetMemory(LONGEST);
    }

    /**
     * @throws UsageException          where it does not compile
     * @throws MissingLibraryException where libpcap cannot be loaded
     */
    public static PacketFilter compile(String expression) throws UsageException, MissingLibraryException {
        return new PacketFilter(CaptureFilter.compile(expression, LinkType.EN10MB, LONGEST));
    }

    public boolean selects(ByteBuffer buffer, int offset, int captured, int wire) {
        int octets = Math.min(captured, LONGEST);
        for (int i = 0; i < octets; i++) {
            memory.putByte(i, buffer.get(offset + i));
        }
        return filter.selects(memory, octets, wire);
    }
}
