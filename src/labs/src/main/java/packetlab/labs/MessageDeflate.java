package packetlab.labs;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Compresses the messages of one side as permessage-deflate wants it (RFC 7692 section 7.2.1): each is one DEFLATE block
 * with the fixed codes (RFC 1951 section 3.2.6) and an empty stored block, whose last four octets are left out. It is our
 * own, so that the sizes are the same on every machine, whichever zlib that has, and so that it keeps to any window. One
 * thread.
 */
final class MessageDeflate {
    private static final int SHORTEST = 3, LONGEST = 258;
    private static final int[] LENGTH_BASE = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83,
        99, 115, 131, 163, 195, 227, 258};
    private static final int[] LENGTH_EXTRA = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    private static final int[] DISTANCE_BASE = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
        1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    private static final int[] DISTANCE_EXTRA = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11,
        12, 12, 13, 13};
    /** How many earlier places are tried for each octet: enough for any lab, and hostile data cannot make it slow. */
    private static final int MOST_TRIED = 64;

    private final boolean takeover;
    private final int window;
    private byte[] history = new byte[0];
    private ByteArrayOutputStream out;
    private long bits;
    private int count;

    /**
     * @param takeover   whether a message may refer to those before it
     * @param windowBits 8 to 15: how far back it may refer, as a power of two
     */
    MessageDeflate(boolean takeover, int windowBits) {
        this.takeover = takeover;
        this.window = 1 << windowBits;
    }

    /** What a message is on the wire. */
    byte[] compress(byte[] message) {
        int from = history.length;
        byte[] all = Arrays.copyOf(history, from + message.length);
        System.arraycopy(message, 0, all, from, message.length);
        out = new ByteArrayOutputStream();
        bits = 0;
        count = 0;
        put(0, 1);          // not the last block
        put(1, 2);          // fixed codes
        int[] before = new int[all.length];
        int[] newest = new int[1 << 12];
        Arrays.fill(newest, -1);
        for (int at = 0; at < all.length; ) {
            int length = at < from ? 0 : match(all, at, newest, before);
            int step = length == 0 ? 1 : length;
            if (at >= from && length == 0) {
                symbol(all[at] & 0xFF);
            }
            for (int i = 0; i < step; i++, at++) {
                int hash = hash(all, at);
                before[at] = newest[hash];
                newest[hash] = at;
            }
        }
        symbol(256);
        put(0, 3);          // the head of an empty stored block, up to its octet's end
        put(0, (8 - count % 8) % 8);
        history = takeover ? Arrays.copyOfRange(all, Math.max(0, all.length - window), all.length) : new byte[0];
        return out.toByteArray();
    }

    private static int hash(byte[] a, int at) {
        int three = (a[at] & 0xFF) << 16 | (at + 1 < a.length ? a[at + 1] & 0xFF : 0) << 8 | (at + 2 < a.length ? a[at + 2] & 0xFF : 0);
        return three * 0x9E37_79B1 >>> 20;
    }

    /** Writes the longest earlier occurrence of what begins here, the nearest of these; 0 where there is none. */
    private int match(byte[] a, int at, int[] newest, int[] before) {
        int longest = 0;
        int where = 0;
        int tried = 0;
        for (int i = newest[hash(a, at)]; i >= 0 && at - i <= window && tried < MOST_TRIED; i = before[i], tried++) {
            int length = 0;
            while (length < LONGEST && at + length < a.length && a[i + length] == a[at + length]) {
                length++;
            }
            if (length > longest) {
                longest = length;
                where = i;
            }
        }
        if (longest < SHORTEST) {
            return 0;
        }
        int code = code(LENGTH_BASE, longest);
        symbol(257 + code);
        put(longest - LENGTH_BASE[code], LENGTH_EXTRA[code]);
        code = code(DISTANCE_BASE, at - where);
        huffman(code, 5);
        put(at - where - DISTANCE_BASE[code], DISTANCE_EXTRA[code]);
        return longest;
    }

    private static int code(int[] base, int value) {
        int at = Arrays.binarySearch(base, value);
        return at >= 0 ? at : -at - 2;
    }

    /** RFC 1951 section 3.2.6. */
    private void symbol(int s) {
        if (s < 144) {
            huffman(0b0011_0000 + s, 8);
        } else if (s < 256) {
            huffman(0b1_1001_0000 + s - 144, 9);
        } else if (s < 280) {
            huffman(s - 256, 7);
        } else {
            huffman(0b1100_0000 + s - 280, 8);
        }
    }

    /** A code begins with its most significant bit, everything else with its least (section 3.1.1). */
    private void huffman(int code, int length) {
        put(Integer.reverse(code) >>> 32 - length, length);
    }

    private void put(int value, int length) {
        bits |= (long) value << count % 8;
        int total = count % 8 + length;
        for (; total >= 8; total -= 8) {
            out.write((int) bits);
            bits >>>= 8;
        }
        count = total;
    }
}
