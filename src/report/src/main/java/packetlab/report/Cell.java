package packetlab.report;

import java.nio.charset.StandardCharsets;

/**
 * One part of a line: bytes to print and the columns they take, cut with an ellipsis where they would take more than
 * their limit. Captured text becomes visible here: what {@link Hazard} names is written as an escape, and in ASCII so is
 * everything else that is not. Reused.
 */
final class Cell {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Bytes that a column may take on average, marks that combine included; more of them are cut off. */
    private static final int BYTES_PER_COLUMN = 16;

    final Glyphs glyphs;
    private final boolean ascii;
    private final byte[] unit = new byte[16];
    private byte[] bytes = new byte[512];
    private int size;
    private int width;
    private int limit;
    /** Where to go back to when something does not fit: there is room for the ellipsis. */
    private int cutSize;
    private int cutWidth;
    private boolean full;

    Cell(Glyphs glyphs) {
        this.glyphs = glyphs;
        this.ascii = glyphs == Glyphs.ASCII;
    }

    Cell reset(int newLimit) {
        size = 0;
        width = 0;
        cutSize = 0;
        cutWidth = 0;
        full = false;
        limit = Math.max(newLimit, glyphs.ellipsis.length());
        int most = limit * BYTES_PER_COLUMN;
        if (bytes.length < most) {
            bytes = new byte[most];
        }
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    int width() {
        return width;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether something was cut off. */
    boolean isFull() {
        return full;
    }

    /** Our own words and glyphs. */
    Cell add(String text) {
        for (int i = 0; i < text.length() && !full; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                put(c);
            } else {
                character(c);
            }
        }
        return this;
    }

    /** The same, made once: its bytes and their columns. */
    Cell add(byte[] utf8, int columns) {
        put(utf8, utf8.length, columns);
        return this;
    }

    /** Begins another part, behind a dot where there is one already. */
    Cell part() {
        return size == 0 ? this : add(glyphs.dot);
    }

    /** Captured text. */
    Cell text(String text) {
        for (int i = 0; i < text.length() && !full; ) {
            int codePoint = text.codePointAt(i);
            visible(codePoint);
            i += Character.charCount(codePoint);
        }
        return this;
    }

    /** The same, cut so that so many columns are left for what comes behind it. */
    Cell text(String text, int columnsBehind) {
        int whole = limit;
        limit = Math.max(limit - columnsBehind, glyphs.ellipsis.length());
        text(text);
        limit = whole;
        full = false;
        return this;
    }

    /** What captured bytes are said to be. */
    enum Payload {
        /** Text, unless it is not UTF-8. */
        TEXT,
        /** A piece of a text, which may begin and end inside a character. */
        FRAGMENT,
        /** Anything; shown as text where it is, and has no control characters. */
        BINARY,
        /** Not to be shown as text. */
        OCTETS
    }

    /** Captured bytes in quotation marks where they are text, else in hexadecimal. */
    Cell payload(byte[] payload, boolean cut, Payload kind) {
        if (kind == Payload.OCTETS) {
            return hex(payload, cut);
        }
        int shown = Math.min(payload.length, 4 * limit);
        int start = 0;
        int length = Text.length(payload, shown, cut || shown < payload.length);
        if (length < 0 && kind == Payload.FRAGMENT) {
            start = Text.fragmentStart(payload, shown);
            length = start < 0 ? -1 : shown;
        }
        if (length < 0 || kind == Payload.BINARY && hasControls(payload, length)) {
            return hex(payload, cut);
        }
        put('"');
        for (int i = 0; i < start; i++) {
            octet(payload[i]);
        }
        characters(payload, start, length);
        if (cut || shown < payload.length) {
            return cutHere();
        }
        put('"');
        return this;
    }

    private void characters(byte[] payload, int start, int end) {
        for (int at = start; at < end && !full; ) {
            int plain = plainAscii(payload, at, end);
            if (plain > 0) {
                at += plain;
                continue;
            }
            byte b = payload[at];
            int size = Text.size(b);
            if (isPlain(b)) {
                cutHere();
            } else if (b >= 0) {
                escape(b);
            } else if (at + size > end || (b & 0xC0) == 0x80) {
                octet(b); // of a character that a fragment ends inside
                size = 1;
            } else {
                visible(Text.codePoint(payload, at, size));
            }
            at += size;
        }
    }

    private static boolean isPlain(int b) {
        return b >= 0x20 && b != '\\' && b != 0x7F;
    }

    /** Takes the printable ASCII characters from {@code from} on, as many as fit at once; returns how many. */
    private int plainAscii(byte[] source, int from, int to) {
        int end = Math.min(to, from + Math.min(limit - width, bytes.length - size));
        int at = from;
        while (at < end) {
            byte b = source[at];
            if (!isPlain(b)) {
                break;
            }
            bytes[size + at - from] = b;
            at++;
        }
        int taken = at - from;
        size += taken;
        width += taken;
        int over = width - (limit - glyphs.ellipsis.length());
        if (over <= 0) {
            mark();
        } else if (over <= taken) {
            cutSize = size - over;
            cutWidth = width - over;
        }
        return taken;
    }

    /** Text in binary messages has its line breaks, but no other control characters. */
    private static boolean hasControls(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            int b = bytes[i];
            if (b >= 0 && b < 0x20 && b != '\n' && b != '\r' && b != '\t' || b == 0x7F) {
                return true;
            }
        }
        return false;
    }

    private Cell hex(byte[] payload, boolean cut) {
        for (int i = 0; i < payload.length && !full; i++) {
            if (i > 0) {
                unit[0] = ' ';
                unit[1] = HEX[payload[i] >>> 4 & 0xF];
                unit[2] = HEX[payload[i] & 0xF];
                put(unit, 3, 3);
            } else {
                unit[0] = HEX[payload[i] >>> 4 & 0xF];
                unit[1] = HEX[payload[i] & 0xF];
                put(unit, 2, 2);
            }
        }
        return cut ? cutHere() : this;
    }

    private void visible(int codePoint) {
        if (codePoint < 0x7F && codePoint >= 0x20 && codePoint != '\\') {
            put(codePoint);
        } else if (ascii || codePoint == '\\' || Hazard.is(codePoint)) {
            escape(codePoint);
        } else {
            character(codePoint);
        }
    }

    /** A byte that is a part of a character only. */
    private void octet(byte b) {
        unit[0] = '\\';
        unit[1] = 'x';
        unit[2] = HEX[b >>> 4 & 0xF];
        unit[3] = HEX[b & 0xF];
        put(unit, 4, 4);
    }

    /** As in Java, C and JSON; above U+FFFF as in JavaScript. */
    private void escape(int codePoint) {
        int length = 0;
        unit[length++] = '\\';
        int letter = switch (codePoint) {
            case '\\' -> codePoint;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
        if (letter != 0) {
            unit[length++] = (byte) letter;
        } else {
            int digits = codePoint < 0x80 ? 2 : codePoint < 0x10000 ? 4 : codePoint < 0x100000 ? 5 : 6;
            unit[length++] = (byte) (digits == 2 ? 'x' : 'u');
            if (digits > 4) {
                unit[length++] = '{';
            }
            for (int shift = 4 * digits - 4; shift >= 0; shift -= 4) {
                unit[length++] = HEX[codePoint >>> shift & 0xF];
            }
            if (digits > 4) {
                unit[length++] = '}';
            }
        }
        put(unit, length, length);
    }

    private void character(int codePoint) {
        int length;
        if (codePoint < 0x800) {
            unit[0] = (byte) (0xC0 | codePoint >>> 6);
            length = 2;
        } else if (codePoint < 0x10000) {
            unit[0] = (byte) (0xE0 | codePoint >>> 12);
            length = 3;
        } else {
            unit[0] = (byte) (0xF0 | codePoint >>> 18);
            length = 4;
        }
        for (int i = length - 1, rest = codePoint; i > 0; i--, rest >>>= 6) {
            unit[i] = (byte) (0x80 | rest & 0x3F);
        }
        put(unit, length, CharWidth.of(codePoint));
    }

    /** A printable ASCII character. */
    private void put(int b) {
        if (full) {
            return;
        }
        if (width == limit || size == bytes.length) {
            cutHere();
            return;
        }
        bytes[size++] = (byte) b;
        width++;
        mark();
    }

    private void put(byte[] source, int length, int columns) {
        if (full) {
            return;
        }
        if (width + columns > limit || size + length > bytes.length) {
            cutHere();
            return;
        }
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
        width += columns;
        mark();
    }

    private void mark() {
        if (width <= limit - glyphs.ellipsis.length() && size <= bytes.length - 4) {
            cutSize = size;
            cutWidth = width;
        }
    }

    /** Says that there is more, and takes no more. */
    private Cell cutHere() {
        if (!full) {
            size = cutSize;
            width = cutWidth;
            for (byte b : ascii ? THREE_DOTS : ELLIPSIS) {
                bytes[size++] = b;
            }
            width += glyphs.ellipsis.length();
            full = true;
        }
        return this;
    }

    private static final byte[] ELLIPSIS = Glyphs.UNICODE.ellipsis.getBytes(StandardCharsets.UTF_8);
    private static final byte[] THREE_DOTS = Glyphs.ASCII.ellipsis.getBytes(StandardCharsets.UTF_8);

    /** A number with separators of thousands. */
    Cell number(long value) {
        if (value < 0) {
            put('-');
            value = -value;
        }
        return unsigned(value);
    }

    /** The 64 bits as an unsigned number with separators of thousands. */
    Cell unsigned(long value) {
        // 20 digits and 6 commas at most, written from the right.
        int at = NUMBER;
        int digits = 0;
        do {
            if (digits > 0 && digits % 3 == 0) {
                number[--at] = ',';
            }
            long quotient = value >= 0 ? value / 10 : Long.divideUnsigned(value, 10);
            number[--at] = (byte) ('0' + (value - quotient * 10));
            value = quotient;
            digits++;
        } while (value != 0);
        for (; at < NUMBER; at++) {
            put(number[at]);
        }
        return this;
    }

    private static final int NUMBER = 26;
    private final byte[] number = new byte[NUMBER];

    /** A number without separators, for what is a name rather than an amount. */
    Cell plain(long value) {
        return add(Long.toString(value));
    }

    /** {@code 1 byte}, {@code 2 bytes}. */
    Cell count(long value, String unitName) {
        number(value).add(" ").add(unitName);
        return value == 1 ? this : add("s");
    }

    /** A duration for people: below 10 s in microseconds, one decimal below 10 µs. */
    Cell duration(long ns) {
        long magnitude = Math.abs(ns);
        if (magnitude < 10_000) {
            long tenths = (magnitude + 50) / 100;
            return add(ns < 0 ? "-" : "").plain(tenths / 10).add(tenths % 10 == 0 ? "" : "." + tenths % 10).add(" ")
                    .add(glyphs.microseconds);
        }
        if (magnitude < 10_000_000_000L) {
            return number((ns + (ns < 0 ? -500 : 500)) / 1000).add(" ").add(glyphs.microseconds);
        }
        long millis = (magnitude + 500_000) / 1_000_000;
        return add(ns < 0 ? "-" : "").number(millis / 1000).add(".").add(Long.toString(1000 + millis % 1000).substring(1))
                .add(" s");
    }
}
