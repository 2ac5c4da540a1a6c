package packetlab.wire;

/** IP addresses as two longs (an IPv4 address in the lower half of the second), and as text. */
public final class IpAddress {
    private IpAddress() {}

    /** Dotted decimal, or the canonical form of RFC 5952; empty where {@code version} is neither 4 nor 6. */
    public static String text(int version, long high, long low) {
        return switch (version) {
            case 4 -> ((low >>> 24) & 0xFF) + "." + ((low >>> 16) & 0xFF) + "." + ((low >>> 8) & 0xFF) + "."
                    + (low & 0xFF);
            case 6 -> text6(high, low);
            default -> "";
        };
    }

    private static String text6(long high, long low) {
        if (high == 0 && low >>> 32 == 0xFFFF) {
            return "::ffff:" + text(4, 0, low); // RFC 5952 section 5
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (112 - 16 * i)) & 0xFFFF);
        }
        // RFC 5952 section 4.2: the longest run of zeros, the first of equals, and at least two of them.
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > bestLength) {
                bestStart = i;
                bestLength = run;
            }
            i += run;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && i != bestStart + bestLength) {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
