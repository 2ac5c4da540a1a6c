package packetlab.message;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the content of an Engine.IO request or answer by polling into its packets: version 4 separates them by U+001E,
 * version 3 puts a length before each, in characters of text or, as octets, in digits of one octet up to 0xFF.
 */
final class EnginePackets {
    private static final int SEPARATOR = 0x1E;
    private static final int MAX_DIGITS = 9;

    /**
     * @param type       0 to 6
     * @param data       where its data are, in {@code array}
     * @param wireLength octets that it takes, with what separates it from the one before
     */
    record Packet(int type, byte[] array, int data, int end, boolean binary, long wireLength) {}

    private EnginePackets() {}

    /** The packets; null where that is not what the octets are. */
    static List<Packet> split(int version, byte[] a, int from, int end) {
        if (from == end) {
            return null;
        }
        return version == 4 ? separated(a, from, end) : a[from] >= 0 && a[from] <= 1 ? octets(a, from, end)
                : counted(a, from, end);
    }

    private static List<Packet> separated(byte[] a, int from, int end) {
        List<Packet> packets = new ArrayList<>();
        for (int at = from; at <= end;) {
            int stop = at;
            while (stop < end && a[stop] != SEPARATOR) {
                stop++;
            }
            if (!text(packets, 4, a, at, stop, stop - at + (at > from ? 1 : 0))) {
                return null;
            }
            at = stop + 1;
        }
        return packets;
    }

    private static List<Packet> counted(byte[] a, int from, int end) {
        List<Packet> packets = new ArrayList<>();
        for (int at = from; at < end;) {
            int digits = Json.digits(a, at, end);
            if (digits == at || digits - at > MAX_DIGITS || digits == end || a[digits] != ':') {
                return null;
            }
            int stop = characters(a, digits + 1, end, number(a, at, digits));
            if (stop < 0 || !text(packets, 3, a, digits + 1, stop, stop - at)) {
                return null;
            }
            at = stop;
        }
        return packets;
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

    private static List<Packet> octets(byte[] a, int from, int end) {
        List<Packet> packets = new ArrayList<>();
        for (int at = from; at < end;) {
            boolean binary = a[at] == 1;
            int digit = at + 1;
            int length = 0;
            while (digit < end && a[digit] >= 0 && a[digit] <= 9 && digit - at <= MAX_DIGITS) {
                length = length * 10 + a[digit++];
            }
            int data = digit + 1;
            if (a[at] < 0 || a[at] > 1 || digit == at + 1 || digit >= end || a[digit] != (byte) 0xFF || length < 1
                    || length > end - data) {
                return null;
            }
            int stop = data + length;
            if (binary ? !isType(a[data], 0) : !isType(a[data], '0')) {
                return null;
            }
            packets.add(new Packet(binary ? a[data] : a[data] - '0', a, data + 1, stop, binary, stop - at));
            at = stop;
        }
        return packets;
    }

    /** A packet as text, which may be base64; false where it is none. */
    private static boolean text(List<Packet> packets, int version, byte[] a, int from, int end, long wireLength) {
        if (from == end) {
            return false;
        }
        if (a[from] != 'b') {
            packets.add(new Packet(a[from] - '0', a, from + 1, end, false, wireLength));
            return isType(a[from], '0');
        }
        // Version 3 has the type behind the letter; in version 4 it is always a message.
        int data = version == 3 ? from + 2 : from + 1;
        byte[] octets = data > end || version == 3 && !isType(a[from + 1], '0') ? null : Base64Octets.decode(a, data, end);
        if (octets == null) {
            return false;
        }
        packets.add(new Packet(version == 3 ? a[from + 1] - '0' : EngineReader.MESSAGE, octets, 0, octets.length, true,
                wireLength));
        return true;
    }

    static boolean isType(int octet, int zero) {
        return octet >= zero && octet <= zero + 6;
    }
}
