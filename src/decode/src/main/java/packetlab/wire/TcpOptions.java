package packetlab.wire;

/**
 * The options of one TCP segment (RFC 9293 section 3.2), parsed into fields that are overwritten by the next
 * {@link #parse}. Absent numbers are -1.
 */
public final class TcpOptions {
    private static final int END = 0, NOP = 1, MSS = 2, WINDOW_SCALE = 3, SACK_PERMITTED = 4, SACK = 5, TIMESTAMPS = 8,
            MPTCP = 30, FAST_OPEN = 34, EXPERIMENT_1 = 253, EXPERIMENT_2 = 254;
    /** RFC 7413 section 4.1.1: the experiment identifier that Fast Open had before its own number. */
    private static final int FAST_OPEN_EXPERIMENT = 0xF989;
    /** RFC 7323 section 2.3: larger shift counts mean 14. */
    private static final int MAX_WINDOW_SCALE = 14;
    /** Forty octets of options hold no more. */
    private static final int MAX_SACK_BLOCKS = 4;
    /** What nearly every segment of a connection with time stamps carries: NOP, NOP, TIMESTAMPS, 10. */
    private static final int ONLY_TIMESTAMPS = 0x0101080A;

    private int mss;
    private int windowScale;
    private boolean sackPermitted;
    private boolean timestamps;
    private boolean fastOpen;
    private boolean multipath;
    private int sackBlocks;
    private final int[] sackLeft = new int[MAX_SACK_BLOCKS];
    private final int[] sackRight = new int[MAX_SACK_BLOCKS];

    /**
     * Reads {@code length} octets of options.
     *
     * @return NONE, or BAD_OPTION where a length is impossible: the options before it stand
     */
    public Fault parse(byte[] a, int offset, int length) {
        mss = -1;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        fastOpen = false;
        multipath = false;
        sackBlocks = 0;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int kind = Net.u8(a, at);
            if (kind == END) {
                return Fault.NONE;
            }
            if (kind == NOP) {
                at++;
                continue;
            }
            if (at + 2 > end) {
                return Fault.BAD_OPTION;
            }
            int size = Net.u8(a, at + 1);
            if (size < 2 || at + size > end) {
                return Fault.BAD_OPTION;
            }
            if (!read(a, at, kind, size)) {
                return Fault.BAD_OPTION;
            }
            at += size;
        }
        return Fault.NONE;
    }

    private boolean read(byte[] a, int at, int kind, int size) {
        switch (kind) {
            case MSS -> {
                if (size != 4) {
                    return false;
                }
                mss = Net.u16(a, at + 2);
            }
            case WINDOW_SCALE -> {
                if (size != 3) {
                    return false;
                }
                windowScale = Math.min(Net.u8(a, at + 2), MAX_WINDOW_SCALE);
            }
            case SACK_PERMITTED -> sackPermitted = true;
            case TIMESTAMPS -> timestamps = true;
            case FAST_OPEN -> fastOpen = true;
            case MPTCP -> multipath = true;
            case EXPERIMENT_1, EXPERIMENT_2 -> {
                if (size >= 4 && Net.u16(a, at + 2) == FAST_OPEN_EXPERIMENT) {
                    fastOpen = true;
                }
            }
            case SACK -> {
                int blocks = (size - 2) / 8;
                if ((size - 2) % 8 != 0 || blocks > MAX_SACK_BLOCKS) {
                    return false;
                }
                for (int i = 0; i < blocks; i++) {
                    sackLeft[i] = Net.i32(a, at + 2 + 8 * i);
                    sackRight[i] = Net.i32(a, at + 6 + 8 * i);
                }
                sackBlocks = blocks;
            }
            default -> { }
        }
        return true;
    }

    /** Whether the options are time stamps and nothing else, so that no parsing is needed to know about SACK. */
    public static boolean onlyTimestamps(byte[] a, int offset, int length) {
        return length == 12 && Net.i32(a, offset) == ONLY_TIMESTAMPS;
    }

    public int mss() {
        return mss;
    }

    /** Shift count, at most 14. */
    public int windowScale() {
        return windowScale;
    }

    public boolean sackPermitted() {
        return sackPermitted;
    }

    public boolean timestamps() {
        return timestamps;
    }

    public boolean fastOpen() {
        return fastOpen;
    }

    public boolean multipath() {
        return multipath;
    }

    public int sackBlocks() {
        return sackBlocks;
    }

    /** First sequence number of block {@code i}. */
    public int sackLeft(int i) {
        return sackLeft[i];
    }

    /** Sequence number behind block {@code i}. */
    public int sackRight(int i) {
        return sackRight[i];
    }
}
