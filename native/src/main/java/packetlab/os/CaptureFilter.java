package packetlab.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.intptr_t;

/**
 * A classic BPF program for packet sockets, which the kernel runs on each packet: what it returns is how many octets
 * are kept, 0 for none of it. Expressions are compiled by libpcap, which is loaded for that alone and without pcap4j.
 */
final class CaptureFilter {
    /** struct sock_fprog: u16 number of instructions, pointer to them, on 64-bit systems. */
    private static final int PROGRAM_LENGTH = 16, PROGRAM_POINTER = 8;
    /** struct sock_filter: u16 code, u8 jump if true, u8 jump if false, u32 k. */
    static final int INSTRUCTION = 8;
    private static final int SO_ATTACH_FILTER = 26;
    private static final short RETURN_CONSTANT = 0x06;
    private static final int NETMASK_UNKNOWN = -1;
    /** libpcap parses by recursion: an expression of 50,000 octets overflows the stack, which would end the JVM. */
    static final int LONGEST_EXPRESSION = 4096;
    /** libpcap's optimizer takes 1 s for 1,000 octets of ports, and more than ten minutes for ten times as many. */
    private static final int LONGEST_OPTIMIZED = 1024;
    /** What the kernel takes at most. */
    private static final int MAX_INSTRUCTIONS = 4096;

    private final ByteBuffer instructions;

    private CaptureFilter(ByteBuffer instructions) {
        this.instructions = instructions;
    }

    /** Public because jnr-ffi implements it from a class loader of its own. */
    public interface Functions {
        @intptr_t
        long pcap_open_dead(int linkType, int snaplen);

        int pcap_compile(@intptr_t long handle, Pointer program, String expression, int optimize, int netmask);

        void pcap_freecode(Pointer program);

        String pcap_geterr(@intptr_t long handle);

        void pcap_close(@intptr_t long handle);

        /** Runs a program on one packet as the kernel would: octets to keep, 0 for a packet that is not meant. */
        int bpf_filter(@intptr_t long instructions, Pointer packet, int wireLength, int capturedLength);
    }

    /** Takes every packet and keeps that much of it. Needs no libpcap. */
    static CaptureFilter snapLength(int snaplen) {
        ByteBuffer b = instructions(1);
        b.putShort(0, RETURN_CONSTANT).putInt(4, snaplen);
        return new CaptureFilter(b);
    }

    /**
     * Compiles a pcap-filter(7) expression.
     *
     * @param dlt libpcap's number of the link type, which differs from that of files for raw IP
     * @throws UsageException          where it does not compile
     * @throws MissingLibraryException where libpcap cannot be loaded
     */
    static CaptureFilter compile(String expression, int dlt, int snaplen)
            throws UsageException, MissingLibraryException {
        int optimize = mayBeOptimized(expression) ? 1 : 0;
        Functions pcap = library(expression);
        long handle = pcap.pcap_open_dead(dlt, snaplen);
        if (handle == 0) {
            throw new OutOfMemoryError("libpcap has no memory");
        }
        Pointer program = Memory.allocateDirect(Loaded.RUNTIME, PROGRAM_LENGTH, true);
        try {
            if (pcap.pcap_compile(handle, program, expression, optimize, NETMASK_UNKNOWN) != 0) {
                throw wrong(expression, pcap.pcap_geterr(handle));
            }
            try {
                return copy(expression, program);
            } finally {
                pcap.pcap_freecode(program);
            }
        } finally {
            pcap.pcap_close(handle);
        }
    }

    /** Whether libpcap's optimizer ends soon; throws where even compiling would not end well. */
    static boolean mayBeOptimized(String expression) throws UsageException {
        if (expression.length() > LONGEST_EXPRESSION) {
            throw new UsageException("the capture filter is too long: " + expression.length() + " octets, and "
                    + LONGEST_EXPRESSION + " are the limit");
        }
        return expression.length() <= LONGEST_OPTIMIZED;
    }

    private static CaptureFilter copy(String expression, Pointer program) throws UsageException {
        int count = program.getInt(0);
        if (count < 1 || count > MAX_INSTRUCTIONS) {
            throw wrong(expression, "it is compiled to " + count + " instructions, and the kernel takes "
                    + MAX_INSTRUCTIONS);
        }
        Pointer code = program.getPointer(PROGRAM_POINTER);
        ByteBuffer b = instructions(count);
        for (int at = 0; at < b.capacity(); at += Long.BYTES) {
            b.putLong(at, code.getLong(at));
        }
        return new CaptureFilter(b);
    }

    /** The user's mistake, and where to read how it is done. */
    static UsageException wrong(String expression, String why) {
        return new UsageException("the capture filter '" + expression + "' does not compile: " + why
                + " (see pcap-filter(7), such as: tcp port 8080)");
    }

    /** Whether a word of it is about VLAN tags, which the kernel keeps apart from the packet. */
    static boolean asksForVlan(String expression) {
        for (String word : expression.split("[^A-Za-z0-9_.:-]+")) {
            if (word.equals("vlan")) {
                return true;
            }
        }
        return false;
    }

    private static ByteBuffer instructions(int count) {
        return ByteBuffer.allocateDirect(count * INSTRUCTION).order(ByteOrder.nativeOrder());
    }

    /** Whether it selects a packet that is at hand; libpcap decides, so that it is as in the kernel. */
    boolean selects(Pointer packet, int captured, int wire) {
        int kept = Loaded.FUNCTIONS.bpf_filter(NativeCode.address(instructions), packet, wire, captured);
        Reference.reachabilityFence(instructions);
        return kept != 0;
    }

    static Pointer packetMemory(int octets) {
        return Memory.allocateDirect(Loaded.RUNTIME, octets);
    }

    /** In this machine's byte order, for whoever attaches it elsewhere. */
    ByteBuffer instructions() {
        return instructions.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Gives it to a socket, which runs it from now on, in place of an earlier one. */
    void attach(int fd) throws OsException {
        ByteBuffer program = ByteBuffer.allocateDirect(PROGRAM_LENGTH).order(ByteOrder.nativeOrder());
        program.putShort(0, (short) (instructions.capacity() / INSTRUCTION));
        program.putLong(PROGRAM_POINTER, NativeCode.address(instructions));
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_ATTACH_FILTER, program);
        Reference.reachabilityFence(instructions);
    }

    private static Functions library(String expression) throws MissingLibraryException {
        try {
            return Loaded.FUNCTIONS;
        } catch (LinkageError e) {      // the first time ExceptionInInitializerError, then NoClassDefFoundError
            throw new MissingLibraryException("libpcap", NativeCode.explain(e, "libpcap, which compiles the filter '"
                    + expression + "',", "once, as root: " + PcapLibrary.INSTALL_COMMAND
                    + "; or capture without a filter"), e);
        }
    }

    private static final class Loaded {
        static final Functions FUNCTIONS = LibraryLoader.create(Functions.class).failImmediately()
                .load(System.getProperty("org.pcap4j.core.pcapLibName", "pcap"));
        static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);
    }
}
