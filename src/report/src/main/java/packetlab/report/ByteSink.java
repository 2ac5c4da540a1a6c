package packetlab.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * One large reused buffer in front of a stream, with numbers and times formatted into it by hand: a line costs no
 * object. Handed on when it is full and on {@link #flush}. A write that fails is thrown once, as
 * {@link UncheckedIOException}; after it the sink swallows what it is given, so that closing does not fail again.
 * Not thread-safe.
 */
final class ByteSink extends OutputStream {
    private static final int CAPACITY = 1 << 18;
    private static final int SECOND_NS = 1_000_000_000;
    /** 00 01 02 ... 99: two digits for one division. */
    private static final byte[] PAIRS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private final OutputStream target;
    private final byte[] secondText = new byte[21];
    private byte[] bytes;
    private int size;
    private long handedOn;
    private boolean broken;
    private int secondLength;
    private long second;

    ByteSink(OutputStream target) {
        this(target, CAPACITY);
    }

    ByteSink(OutputStream target, int capacity) {
        this.target = target;
        this.bytes = new byte[capacity];
    }

    /** Makes room for that many bytes, so that they can be put one after another without a check. */
    void ensure(int count) {
        if (bytes.length - size < count) {
            drain();
            if (bytes.length < count) {
                bytes = new byte[count];
            }
        }
    }

    /** The buffer, to be written to from {@link #size} on, as far as {@link #ensure} has made room. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void size(int size) {
        this.size = size;
    }

    /** Position in all that was ever put: still in the buffer iff it is at least {@link #bufferStart}. */
    long position() {
        return handedOn + size;
    }

    long bufferStart() {
        return handedOn;
    }

    void put(int b) {
        if (size == bytes.length) {
            drain();
        }
        bytes[size++] = (byte) b;
    }

    void put(byte[] source) {
        put(source, 0, source.length);
    }

    void put(byte[] source, int offset, int length) {
        if (length > bytes.length - size) {
            drain();
            if (length > bytes.length) {
                hand(source, offset, length);
                return;
            }
        }
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    void spaces(int count) {
        for (int i = 0; i < count; i++) {
            put(' ');
        }
    }

    /** A signed number in decimal. */
    void number(long value) {
        ensure(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                unsigned(value, true);
                return;
            }
            bytes[size++] = '-';
            value = -value;
        }
        digits(value, count(value));
    }

    /** The 64 bits as an unsigned number in decimal. */
    void unsigned(long value) {
        unsigned(value, false);
    }

    private void unsigned(long value, boolean negative) {
        ensure(20);
        if (negative) {
            bytes[size++] = '-';
        }
        if (value >= 0) {
            digits(value, count(value));
        } else {
            long quotient = Long.divideUnsigned(value, 10);
            digits(quotient, count(quotient));
            bytes[size++] = (byte) ('0' + Long.remainderUnsigned(value, 10));
        }
    }

    /** Seconds and nine decimals. */
    void time(long timeNs) {
        long wholeSecond = Math.floorDiv(timeNs, (long) SECOND_NS);
        int fraction = (int) (timeNs - wholeSecond * SECOND_NS);
        ensure(secondText.length + 10);
        if (timeNs < 0) {
            // Before 1970: minus 0.25 is second -1 and a fraction of 0.75.
            long magnitude = fraction == 0 ? -wholeSecond : -wholeSecond - 1;
            fraction = fraction == 0 ? 0 : SECOND_NS - fraction;
            bytes[size++] = '-';
            digits(magnitude, count(magnitude));
        } else {
            if (secondLength == 0 || wholeSecond != second) {
                int start = size;
                digits(wholeSecond, count(wholeSecond));
                secondLength = size - start;
                System.arraycopy(bytes, start, secondText, 0, secondLength);
                second = wholeSecond;
            } else {
                System.arraycopy(secondText, 0, bytes, size, secondLength);
                size += secondLength;
            }
        }
        bytes[size++] = '.';
        digits(fraction, 9);
    }

    /** Nanoseconds as microseconds with up to three decimals, none of them a trailing zero. */
    void micros(long ns) {
        ensure(26);
        if (ns < 0) {
            bytes[size++] = '-';
            ns = -ns;
        }
        long whole = ns / 1000;
        int rest = (int) (ns - whole * 1000);
        digits(whole, count(whole));
        if (rest != 0) {
            bytes[size++] = '.';
            digits(rest, 3);
            while (bytes[size - 1] == '0') {
                size--;
            }
        }
    }

    /** Exactly that many digits, with leading zeros; room has been made. */
    private void digits(long value, int count) {
        int at = size + count;
        size = at;
        while (value > Integer.MAX_VALUE) {
            long quotient = value / 100;
            int pair = (int) (value - quotient * 100) * 2;
            bytes[--at] = PAIRS[pair + 1];
            bytes[--at] = PAIRS[pair];
            value = quotient;
            count -= 2;
        }
        int rest = (int) value;
        while (count > 1) {
            int quotient = rest / 100;
            int pair = (rest - quotient * 100) * 2;
            bytes[--at] = PAIRS[pair + 1];
            bytes[--at] = PAIRS[pair];
            rest = quotient;
            count -= 2;
        }
        if (count == 1) {
            bytes[at - 1] = (byte) ('0' + rest % 10);
        }
    }

    /** How many decimal digits a number has; not negative. */
    static int count(long value) {
        int digits = 1;
        long limit = 10;
        while (value >= limit && digits < 19) {
            digits++;
            limit *= 10;
        }
        return digits;
    }

    @Override
    public void write(int b) {
        put(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        put(source, offset, length);
    }

    @Override
    public void flush() {
        drain();
        if (!broken) {
            try {
                target.flush();
            } catch (IOException e) {
                broken = true;
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            flush();
        } finally {
            try {
                target.close();
            } catch (IOException e) {
                if (!broken) {
                    broken = true;
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void drain() {
        int count = size;
        size = 0;
        hand(bytes, 0, count);
    }

    private void hand(byte[] source, int offset, int length) {
        handedOn += length;
        if (broken || length == 0) {
            return;
        }
        try {
            target.write(source, offset, length);
        } catch (IOException e) {
            broken = true;
            throw new UncheckedIOException(e);
        }
    }
}
