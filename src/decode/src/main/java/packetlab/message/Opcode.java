package packetlab.message;

/** Frame opcodes, RFC 6455 section 5.2. */
public final class Opcode {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final String[] NAMES = {"continuation", "text", "binary", null, null, null, null, null, "close",
        "ping", "pong", null, null, null, null, null};

    private Opcode() {}

    /** Opcodes 8 to 15 are control frames, the undefined ones among them too. */
    public static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }

    public static boolean isDefined(int opcode) {
        return opcode <= BINARY || opcode >= CLOSE && opcode <= PONG;
    }

    /** Its name in the RFC, or {@code opcode 3}. */
    public static String name(int opcode) {
        String name = NAMES[opcode & 15];
        return name != null ? name : "opcode " + opcode;
    }
}
