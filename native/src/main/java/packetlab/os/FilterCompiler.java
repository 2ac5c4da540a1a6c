package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import packetlab.wire.LinkType;

/** Compiles pcap-filter(7) expressions, by libpcap, into programs that the kernel runs on a packet socket. */
final class FilterCompiler {
    /** Octets of one instruction, struct sock_filter: code (16 bits), two jumps (8 each), k (32). */
    static final int INSTRUCTION = 8;

    /** struct bpf_program: the number of instructions, then their address. */
    private static final int COUNT = 0, INSTRUCTIONS = 8, PROGRAM = 16;
    private static final int NETMASK_UNKNOWN = -1;
    /** libpcap parses by recursion: an expression of 50,000 octets overflows the stack, which would end the JVM. */
    static final int LONGEST_EXPRESSION = 4096;
    /** libpcap's optimizer takes 1 s for 1,000 octets of ports, and more than ten minutes for ten times as many. */
    private static final int LONGEST_OPTIMIZED = 1024;

    private FilterCompiler() {}

    /**
     * The instructions, in this machine's byte order; they let through {@code snaplen} octets of each packet that the
     * expression means. An empty one means all.
     *
     * @throws UsageException          it does not compile
     * @throws MissingLibraryException libpcap is not installed
     */
    static ByteBuffer compile(String expression, int linkType, int snaplen) throws OsException, UsageException {
        if (expression.length() > LONGEST_EXPRESSION) {
            throw new UsageException("the capture filter is too long: " + expression.length() + " octets, and "
                    + LONGEST_EXPRESSION + " are the limit");
        }
        PcapLibrary.Functions pcap = PcapLibrary.get();
        int optimize = expression.length() <= LONGEST_OPTIMIZED ? 1 : 0;
        Pointer program = Memory.allocateDirect(PcapLibrary.runtime(), PROGRAM, true);
        long handle = pcap.pcap_open_dead(linkType == LinkType.RAW ? LinkType.RAW_BSD : linkType, snaplen);
        if (handle == 0) {
            throw new OsException("pcap_open_dead", "", Errno.ENOMEM.number());
        }
        try {
            if (pcap.pcap_compile(handle, program, expression, optimize, NETMASK_UNKNOWN) != 0) {
                throw new UsageException("the capture filter '" + expression + "' does not compile: "
                        + pcap.pcap_geterr(handle) + " (see pcap-filter(7), such as: tcp port 8080)");
            }
            byte[] copy = new byte[program.getInt(COUNT) * INSTRUCTION];
            program.getPointer(INSTRUCTIONS).get(0, copy, 0, copy.length);
            pcap.pcap_freecode(program);
            return ByteBuffer.allocateDirect(copy.length).order(ByteOrder.nativeOrder()).put(copy).flip();
        } finally {
            pcap.pcap_close(handle);
        }
    }
}
