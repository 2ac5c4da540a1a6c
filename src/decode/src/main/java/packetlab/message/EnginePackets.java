package packetlab.message;

/**
 * Splits the content of an Engine.IO request or answer by polling into its packets: version 4 separates them by U+001E,
 * version 3 puts a length before each, in characters of text or, as octets, in digits of one octet up to 0xFF.
 */
final class EnginePackets {
    private static final int SEPARATOR = 0x1E;
    private static final int MAX_DIGITS = 9;

    /** Who takes the packets. */
    interface Sink {
        /**
         * @param type       0 to 6
         * @param wireLength octets that it takes, with what separates it from the one before
         */
        void packet(int type, byte[] array, int data, int end, boolean binary, long wireLength);
    }

    /** To find out whether all of it is packets. */
    private static final Sink NOBODY = (type, array, data, end, binary, wireLength) -> {};

    private EnginePackets() {}

    /** Hands on the packets; false, and none is, where that is not what all of the octets are. */
    static boolean split(int version, byte[] a, int from, int end, Sink sink) {
        return from < end && pass(version, a, from, end, NOBODY) && pass(version, a, from, end, sink);
    }

    private static boolean pass(int version, byte[] a, int from, int end, Sink sink) {
        return version == 4 ? separated(a, from, end, sink) : a[from] >= 0 && a[from] <= 1 ? octets(a, from, end, sink)
                : counted(a, from, end, sink);
    }

    private static boolean separated(byte[] a, int from, int end, Sink sink) {
        for (int at = from; at <= end;) {
            int stop = at;
            while (stop < end && a[stop] != SEPARATOR) {
                stop++;
            }
            if (!text(sink, 4, a, at, stop, stop - at + (at > from ? 1 : 0))) {
                return false;
            }
            at = stop + 1;
        }
        return true;
    }

    private static boolean counted(byte[] a, int from, int end, Sink sink) {
        for (int at = from; at < end;) {
            int digits = Json.digits(a, at, end);
            if (digits == at || digits - at > MAX_DIGITS || digits == end || a[digits] != ':') {
                return false;
            }
            int stop = characters(a, digits + 1, end, number(a, at, digits));
            if (stop < 0 || !text(sink, 3, a, digits + 1, stop, stop - at)) {
                return false;
            }
            at = stop;
        }
        return true;
    }

    /** A length is in characters as JavaScript counts them: of four octets of UTF-8 each has two. */
    private static int characters(byte[] a, int from, int end, int count) {
        int left = count;
        int at = from;
        while (left > 0 && at < end) {
            int first = a[at] & 0xFF;
            int size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            left -= size == 4 ? 2 : 1;
            at += size;
        }
        return left == 0 && at <= end ? at : -1;
    }

    private static int number(byte[] a, int from, int end) {
        int number = 0;
        for (int at = from; at < end; at++) {
            number = number * 10 + a[at] - '0';
        }
        return number;
    }

    private static boolean octets(byte[] a, int from, int end, Sink sink) {
        for (int at = from; at < end;) {
            boolean binary = a[at] == 1;
            int digit = at + 1;
            int length = 0;
            while (digit < end && a[digit] >= 0 && a[digit] <= 9 && digit - at <= MAX_DIGITS) {
                length = length * 10 + a[digit++];
            }
            int data = digit + 1;
            if (a[at] < 0 || a[at] > 1 || digit == at + 1 || digit >= end || a[digit] != (byte) 0xFF || length < 1
                    || length > end - data || !isType(a[data], binary ? 0 : '0')) {
                return false;
            }
            int stop = data + length;
            sink.packet(binary ? a[data] : a[data] - '0', a, data + 1, stop, binary, stop - at);
            at = stop;
        }
        return true;
    }

    /** A packet as text, which may be base64; false where it is none. */
    private static boolean text(Sink sink, int version, byte[] a, int from, int end, long wireLength) {
        if (from == end) {
            return false;
        }
        if (a[from] != 'b') {
            if (!isType(a[from], '0')) {
                return false;
            }
            sink.packet(a[from] - '0', a, from + 1, end, false, wireLength);
            return true;
        }
        // Version 3 has the type behind the letter; in version 4 it is always a message.
        int data = version == 3 ? from + 2 : from + 1;
        byte[] octets = data > end || version == 3 && !isType(a[from + 1], '0') ? null : Base64Octets.decode(a, data, end);
        if (octets == null) {
            return false;
        }
        sink.packet(version == 3 ? a[from + 1] - '0' : EngineReader.MESSAGE, octets, 0, octets.length, true, wireLength);
        return true;
    }

    static boolean isType(int octet, int zero) {
        return octet >= zero && octet <= zero + 6;
    }
}
