package packetlab.message;

/**
 * Finds where a frame begins in bytes of which the beginning is missing, and says how sure that is. A place is
 * plausible if a valid header stands there and, behind its payload, the next, and so on; what each of them says that
 * other bytes would say only by chance is counted in bits: a place that {@code n} bits speak for, out of {@code t}
 * places tried, is wrong with a probability of about {@code t / 2^n}. Segments mostly begin and end with frames, so
 * their beginnings are tried first and count as few. Reused; one thread.
 */
final class FrameSearch {
    /** Which way frames of a side are masked: for certain, or if that side is which of the two it seems to be. */
    enum Masking { MASKED, UNMASKED, LIKELY_MASKED, LIKELY_UNMASKED }

    /** Wanted where it is known that this is a WebSocket, and where it is not. */
    static final double SURE_IF_KNOWN = 0.9;
    static final double SURE_IF_UNKNOWN = 0.999;

    private static final int MAX_CHAIN = 8;
    private static final int MAX_TEXT_READ = 64;
    private static final long MAX_LENGTH = 1L << 27;
    private static final double IMPOSSIBLE = Double.NEGATIVE_INFINITY;
    private static final int RSV1 = 4;

    private final FrameParser parser = new FrameParser();
    private final byte[] clear = new byte[MAX_TEXT_READ + Unmask.SLACK];
    private Held held;
    private Masking masking;
    private int rsv;
    private int at;
    private double confidence;

    /** Where the frame begins that was found. */
    int at() {
        return at;
    }

    /** 0..1. */
    double confidence() {
        return confidence;
    }

    /** Whether the frame that was found is masked. */
    boolean masked() {
        return held.array()[at + 1] < 0;
    }

    /**
     * Searches what is held.
     *
     * @param rsv      RSV bits that may be set
     * @param known    whether it is known that this is a WebSocket
     * @param anywhere whether to look in the middle of segments too
     */
    boolean find(Held held, Masking masking, int rsv, boolean known, boolean anywhere) {
        this.held = held;
        this.masking = masking;
        this.rsv = rsv;
        double wanted = known ? SURE_IF_KNOWN : SURE_IF_UNKNOWN;
        double prior = known ? 2 : 0;
        for (int piece = 0; piece < held.pieces(); piece++) {
            if (accept(held.start(piece), prior - log2(piece + 1), wanted)) {
                return true;
            }
        }
        if (anywhere) {
            double tried = log2(held.length());
            int best = -1;
            double most = IMPOSSIBLE;
            for (int i = 0; i < held.length(); i++) {
                double bits = bits(i);
                if (bits > most) {
                    most = bits;
                    best = i;
                }
            }
            return best >= 0 && accept(best, -tried, wanted);
        }
        return false;
    }

    private boolean accept(int place, double prior, double wanted) {
        double bits = bits(place) + prior;
        double sure = bits <= 0 ? 0 : 1 - Math.pow(2, -bits);
        if (sure < wanted) {
            return false;
        }
        at = place;
        confidence = Math.min(sure, 0.999999);
        return true;
    }

    /** How many bits speak for a frame at that place. */
    private double bits(int place) {
        double bits = 0;
        int next = place;
        boolean open = false;
        boolean openKnown = false;
        for (int frame = 0; frame < MAX_CHAIN && next < held.length(); frame++) {
            parser.reset();
            int payload = parser.header(held.array(), next, held.length());
            if (!parser.inPayload()) {
                // The header goes on behind what is held: only its first octets can be judged.
                return valid(held.array()[next]) ? bits : IMPOSSIBLE;
            }
            double header = headerBits();
            int opcode = parser.opcode();
            boolean control = Opcode.isControl(opcode);
            if (header == IMPOSSIBLE || !control && openKnown && (opcode == Opcode.CONTINUATION) != open) {
                return IMPOSSIBLE;
            }
            if (!control) {
                open = !parser.fin();
                openKnown = true;
            }
            int available = parser.next(held.length() - payload);
            double content = contentBits(payload, available);
            if (content == IMPOSSIBLE) {
                return IMPOSSIBLE;
            }
            bits += header + content;
            if (available < parser.length()) {
                return bits;
            }
            next = payload + available;
            bits += parser.fin() && endsWithSegment(next) ? Math.min(8, log2(next - place)) : 0;
        }
        return bits;
    }

    private boolean valid(byte first) {
        return Opcode.isDefined(first & 15) && (first >> 4 & 7 & ~rsv) == 0
                && (first < 0 || !Opcode.isControl(first & 15));
    }

    private double headerBits() {
        int opcode = parser.opcode();
        boolean control = Opcode.isControl(opcode);
        long length = parser.length();
        // Unmasked records of other protocols look like frames of a server; few things look like masked text.
        boolean certain = masking == Masking.UNMASKED || !parser.masked();
        boolean right = parser.masked() == (masking == Masking.MASKED || masking == Masking.LIKELY_MASKED);
        if (!Opcode.isDefined(opcode) || (parser.rsv() & ~rsv) != 0 || certain && !right || !parser.lengthMinimal()
                || length < 0 || length > MAX_LENGTH) {
            return IMPOSSIBLE;
        }
        boolean rsv1 = parser.rsv() == RSV1;
        if (control ? !parser.fin() || length > 125 || parser.rsv() != 0
                : parser.rsv() != 0 && (!rsv1 || opcode == Opcode.CONTINUATION)) {
            return IMPOSSIBLE;
        }
        double bits = right ? 1 : -3;
        if (parser.fin()) {
            bits += opcode == Opcode.CONTINUATION || rsv1 ? 3 : 4;
        } else if (opcode == Opcode.CONTINUATION) {
            // Zeros look like it, and so do small numbers in two octets.
            return length == 0 ? -2 : 0;
        }
        return length > 0xFFFF ? bits + 8 : bits;
    }

    private double contentBits(int payload, int available) {
        int read = Math.min(available, MAX_TEXT_READ);
        boolean whole = read == parser.length();
        if (parser.opcode() == Opcode.CLOSE) {
            return parser.length() == 0 ? 0 : parser.length() == 1 ? IMPOSSIBLE : closeBits(payload, available);
        }
        if (parser.opcode() != Opcode.TEXT || parser.rsv() != 0) {
            return 0;
        }
        byte[] a = held.array();
        int from = payload;
        if (parser.masked()) {
            Unmask.apply(a, payload, clear, 0, read, parser.maskKey());
            a = clear;
            from = 0;
        }
        int state = Utf8.check(Utf8.BEGIN, a, from, from + read);
        if (state == Utf8.INVALID || whole && parser.fin() && state != Utf8.BEGIN) {
            return IMPOSSIBLE;
        }
        // That unmasking gives text is no accident; that text is text says little where all else is text too.
        return parser.masked() ? Math.min(20, read) : Math.min(4, read / 8.0);
    }

    private double closeBits(int payload, int available) {
        if (available < 2) {
            return 0;
        }
        Unmask.apply(held.array(), payload, clear, 0, 2, parser.maskKey());
        return FrameRules.isWireCloseCode(FrameRules.closeCode(clear, 0)) ? 5 : IMPOSSIBLE;
    }

    private boolean endsWithSegment(int place) {
        if (place == held.length()) {
            return true;
        }
        int low = 0;
        int high = held.pieces() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (held.start(middle) <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return held.start(low) == place;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
