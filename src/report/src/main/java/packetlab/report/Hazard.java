package packetlab.report;

/**
 * Characters of captured text that could drive or deceive a terminal: controls (C0, DEL, C1), which begin escape
 * sequences, and what is invisible or turns the reading direction (Unicode categories Cc, Cf, Zl, Zp). Both reports
 * write them as escapes. The two joiners stay, because emoji and many scripts need them.
 */
final class Hazard {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Hazard() {}

    static boolean is(int codePoint) {
        if (codePoint < 0x7F) {
            return codePoint < 0x20;
        }
        if (codePoint < 0xAD) {
            return codePoint < 0xA0;
        }
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT -> codePoint != ZERO_WIDTH_JOINER && codePoint != ZERO_WIDTH_NON_JOINER;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE, Character.CONTROL -> true;
            default -> (codePoint & 0xFFFE) == 0xFFFE;
        };
    }
}
