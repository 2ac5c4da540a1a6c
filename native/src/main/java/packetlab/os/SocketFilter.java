package packetlab.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A classic BPF program that the kernel asks about each packet before a socket gets it (SO_ATTACH_FILTER, socket(7));
 * what it refuses, the socket never sees. On a TCP or UDP socket that is a loss on the last step of the way, after any
 * capture; it needs no right. A socket that accept() returns inherits the filter of its listener.
 *
 * @param code 64 bits an instruction, struct sock_filter: operation (16), jump if true (8), if false (8), operand (32)
 * @param text what it does, as it is shown where it is attached
 */
public record SocketFilter(long[] code, String text) {
    private static final int LD_LENGTH = 0x80, LD_WORD = 0x20, JUMP_GREATER = 0x25, JUMP_GREATER_OR_EQUAL = 0x35,
            RETURN = 0x06;
    /** SKF_AD_OFF + SKF_AD_RANDOM: where the kernel's random number stands, as if it were part of the packet. */
    private static final int RANDOM = -0x1000 + 56;
    private static final int ALL = -1, NONE = 0;
    /** Octets of the largest TCP header: what is longer carries data. */
    private static final int LONGEST_HEADER = 60;
    private static final int INSTRUCTION = 8, SOCK_FPROG = 16, SOCK_FPROG_POINTER = 8;

    /** Refuses everything: as if the cable were cut. */
    public static SocketFilter nothing() {
        return new SocketFilter(new long[] {instruction(RETURN, 0, 0, NONE)}, "drops all");
    }

    /** Refuses one in so many packets at random, if it is longer than 60 octets with its header: of TCP, only what carries data. */
    public static SocketFilter loseOneIn(int n) {
        int threshold = (int) ((1L << 32) / n);
        return new SocketFilter(new long[] {
            instruction(LD_LENGTH, 0, 0, 0),
            instruction(JUMP_GREATER, 0, 2, LONGEST_HEADER),            // a short one jumps to the last but one line
            instruction(LD_WORD, 0, 0, RANDOM),
            instruction(JUMP_GREATER_OR_EQUAL, 0, 1, threshold),
            instruction(RETURN, 0, 0, ALL),
            instruction(RETURN, 0, 0, NONE)}, "drops 1 in " + n);
    }

    private static long instruction(int operation, int ifTrue, int ifFalse, int operand) {
        return operation | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }

    /** From now on the socket gets only what the program lets through. */
    public void attachTo(int fd) throws OsException {
        LibC.get();
        Pointer instructions = Memory.allocateDirect(LibC.Loaded.RUNTIME, code.length * INSTRUCTION);
        for (int i = 0; i < code.length; i++) {
            instructions.putShort(i * INSTRUCTION, (short) code[i]);
            instructions.putByte(i * INSTRUCTION + 2, (byte) (code[i] >>> 16));
            instructions.putByte(i * INSTRUCTION + 3, (byte) (code[i] >>> 24));
            instructions.putInt(i * INSTRUCTION + 4, (int) (code[i] >>> 32));
        }
        ByteBuffer program = ByteBuffer.allocateDirect(SOCK_FPROG).order(ByteOrder.nativeOrder());
        program.putShort(0, (short) code.length).putLong(SOCK_FPROG_POINTER, instructions.address());
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ATTACH_FILTER, program);
        Reference.reachabilityFence(instructions);
    }

    /** From now on the socket gets everything again. */
    public static void detachFrom(int fd) throws OsException {
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_DETACH_FILTER, 0);
    }
}
