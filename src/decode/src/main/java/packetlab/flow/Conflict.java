package packetlab.flow;

import java.util.Arrays;
import java.util.HexFormat;

/** Where two segments brought different octets for the same place: the first such run, as far as it is worth showing. */
final class Conflict {
    private static final int SHOWN = 16;

    private final byte[] first = new byte[SHOWN];
    private final byte[] second = new byte[SHOWN];
    private long at;
    private int length;

    void clear() {
        length = 0;
    }

    boolean found() {
        return length > 0;
    }

    /** Takes the next octet of an overlap: what came first, and what came now. */
    void compare(long offset, byte older, byte newer) {
        if (length == 0 && older != newer) {
            at = offset;
        }
        if (length > 0 ? offset == at + length && length < SHOWN : older != newer) {
            first[length] = older;
            second[length++] = newer;
        }
    }

    /** The same for several in a row. */
    void compare(long offset, byte[] older, int olderAt, byte[] newer, int newerAt, int n) {
        if (found() || !Arrays.equals(older, olderAt, olderAt + n, newer, newerAt, newerAt + n)) {
            for (int i = 0; i < n; i++) {
                compare(offset + i, older[olderAt + i], newer[newerAt + i]);
            }
        }
    }

    /** In words; offsets count the octets of data from 0. */
    String words(boolean secondStands) {
        HexFormat hex = HexFormat.of();
        return "from octet " + (at - 1) + " on came " + hex.formatHex(first, 0, length) + ", then "
                + hex.formatHex(second, 0, length) + "; the " + (secondStands ? "second" : "first") + " stands";
    }
}
