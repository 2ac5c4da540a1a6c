package packetlab.pcap;

import java.nio.charset.StandardCharsets;
import packetlab.event.Event;

/** Reusable cursor over the options of a pcapng block: code, length, value padded to 4 octets. */
final class PcapngOptions {
    private static final int HEADER = 4, END_OF_OPTIONS = 0;

    private final Format format;
    private byte[] array;
    private int next;
    private int end;
    private int value;
    int code;
    /** Octets of the value. */
    int length;
    /** An option is longer than its block: it and what follows cannot be read. */
    boolean damaged;

    PcapngOptions(Format format) {
        this.format = format;
    }

    void wrap(byte[] a, int at, int octets) {
        array = a;
        next = at;
        end = at + octets;
        damaged = false;
    }

    /** Goes to the next option; false behind the last one. */
    boolean next() {
        if (end - next < HEADER) {
            return false;
        }
        code = format.u16(array, next);
        length = format.u16(array, next + 2);
        if (code == END_OF_OPTIONS) {
            return false;
        }
        value = next + HEADER;
        if (length > room()) {
            damaged = true;
            return false;
        }
        next = Math.min(end, value + (length + 3 & ~3));
        return true;
    }

    /** Octets of the block from the value on. */
    int room() {
        return end - value;
    }

    int u8(int index) {
        return array[value + index] & 0xFF;
    }

    int i32(int index) {
        return format.i32(array, value + index);
    }

    long i64() {
        return format.i64(array, value);
    }

    /** A number of packets; UNKNOWN where it is none that there can be. */
    long counter() {
        return Math.max(Event.UNKNOWN, i64());
    }

    String text() {
        return text(0);
    }

    /** UTF-8 from an index of the value on, up to a NUL that some writers add. */
    String text(int from) {
        int n = from;
        while (n < length && array[value + n] != 0) {
            n++;
        }
        return new String(array, value + from, n - from, StandardCharsets.UTF_8);
    }
}
