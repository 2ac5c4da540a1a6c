package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The octets that gzip compressed (RFC 1952), from one member or several behind one another. Inflates what has arrived
 * without waiting for more; java.util.zip's own stream blocks, and takes the end of a member for the end of a pipe.
 */
final class GzipSource implements ByteSource {
    static final int MAGIC = 0x1F8B;
    /** Also the longest member header (with file name and comment) that is read. */
    private static final int INPUT = 128 << 10;
    private static final int HEADER = 10, TRAILER = 8, DEFLATE = 8;
    private static final int FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16;

    private enum State { HEADER, BODY, TRAILER, BETWEEN }

    private final ByteSource source;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    /** What arrived and is not inflated yet lies between position and limit. */
    private final ByteBuffer input;
    private State state = State.HEADER;
    /** Octets of the source before those in {@link #input}. */
    private long base;
    private SourceDamage damage;

    /** @param head the first octets, which were read already */
    GzipSource(ByteSource source, byte[] head) {
        this.source = source;
        input = ByteBuffer.allocate(Math.max(INPUT, head.length));
        input.put(head).flip();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (damage == null) {
            switch (state) {
                case HEADER -> {
                    if (readHeader()) {
                        continue;
                    }
                }
                case BODY -> {
                    int n = inflate(into);
                    if (n > 0) {
                        return n;
                    }
                    if (damage != null || inflater.finished()) {
                        continue;
                    }
                }
                case TRAILER -> {
                    if (input.remaining() >= TRAILER) {
                        checkTrailer();
                        continue;
                    }
                }
                case BETWEEN -> {
                    if (input.hasRemaining()) {
                        nextMember();
                        continue;
                    }
                }
                default -> throw new AssertionError(state);
            }
            int n = more();
            if (n < 0 && state == State.BETWEEN) {
                return END;
            }
            if (n == 0) {
                return 0;
            }
            if (n < 0) {
                damage = new SourceDamage("gzip data is cut short after " + (base + input.limit()) + " octets");
            }
        }
        throw damage;
    }

    /** Octets of the compressed source up to the next one that is not inflated. */
    private long offset() {
        return base + input.position();
    }

    private int more() throws IOException {
        base += input.position();
        input.compact();
        int n = source.read(input);
        input.flip();
        return n;
    }

    /** False where more octets are needed. */
    private boolean readHeader() {
        int at = input.position();
        int end = input.limit();
        if (end - at < HEADER) {
            return false;
        }
        int method = input.get(at + 2) & 0xFF;
        int flags = input.get(at + 3);
        if (method != DEFLATE) {
            damage = new SourceDamage("gzip member at offset " + offset() + " has compression method " + method
                    + "; only " + DEFLATE + " is defined");
            return true;
        }
        int next = at + HEADER;
        if ((flags & FLAG_EXTRA) != 0) {
            if (end - next < 2) {
                return wait(at);
            }
            next += 2 + (input.get(next) & 0xFF | (input.get(next + 1) & 0xFF) << 8);
        }
        for (int text = flags & (FLAG_NAME | FLAG_COMMENT); text != 0; text &= text - 1) {
            while (next < end && input.get(next) != 0) {
                next++;
            }
            next++;
        }
        next += (flags & FLAG_CRC) != 0 ? 2 : 0;
        if (next > end) {
            return wait(at);
        }
        input.position(next);
        inflater.reset();
        crc.reset();
        state = State.BODY;
        return true;
    }

    private boolean wait(int at) {
        if (input.limit() - at < input.capacity()) {
            return false;
        }
        damage = new SourceDamage("gzip header at offset " + offset() + " is longer than the limit of " + INPUT);
        return true;
    }

    /** How many octets came out; 0 where the member ended, more input is needed, or damage was met. */
    private int inflate(ByteBuffer into) {
        int before = into.position();
        inflater.setInput(input);
        try {
            // Ask even where no input is left: a match that the last call cut short may still be inside.
            while (into.hasRemaining() && !inflater.finished() && inflater.inflate(into) > 0) { // again
            }
        } catch (DataFormatException e) {
            damage = new SourceDamage("gzip data is damaged at offset " + offset() + ": " + e.getMessage());
        }
        if (inflater.finished()) {
            state = State.TRAILER;
        }
        int n = into.position() - before;
        crc.update(into.array(), into.arrayOffset() + before, n);
        return n;
    }

    private void checkTrailer() {
        long at = offset();
        long sum = littleEndian();
        long length = littleEndian();
        state = State.BETWEEN;
        if (sum != crc.getValue()) {
            damage = new SourceDamage(String.format("gzip data before offset %d has checksum %08x, its trailer says %08x",
                    at, crc.getValue(), sum));
        } else if (length != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            damage = new SourceDamage("gzip data before offset " + at + " has " + inflater.getBytesWritten()
                    + " octets, its trailer says " + length);
        }
    }

    private long littleEndian() {
        return Integer.toUnsignedLong(Integer.reverseBytes(input.getInt()));
    }

    /** Another member may follow, or zeros that pad a tape. */
    private void nextMember() {
        byte b = input.get(input.position());
        if (b == 0) {
            input.get();
        } else if (b == (byte) (MAGIC >> 8)) {
            state = State.HEADER;
        } else {
            damage = new SourceDamage(String.format("gzip data ends at offset %d, and something else follows (%02x)",
                    offset(), b));
        }
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        source.close();
    }
}
