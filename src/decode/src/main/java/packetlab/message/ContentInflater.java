package packetlab.message;

import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import packetlab.message.HttpHead.Field;

/**
 * Undoes a content coding of HTTP (RFC 9110 section 8.4.1), gzip (RFC 1952, members one behind the other) or deflate
 * (RFC 1950; some senders leave its two octets away), piece by piece as it arrives. Each costs a native inflater while its
 * message lasts, so their number is limited.
 */
final class ContentInflater {
    private static final Word GZIP = new Word("gzip");
    private static final Word X_GZIP = new Word("x-gzip");
    private static final Word DEFLATE = new Word("deflate");
    private static final int FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16;
    private static final int TRAILER = 8;

    /** Takes what was inflated; the array is reused. */
    interface Sink {
        void inflated(byte[] a, int at, int n);
    }

    private enum State { FIXED, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CRC, DATA, TRAILER, FAILED, ENDED }

    private final MessageDecoder decoder;
    private final boolean gzip;
    private Inflater inflater;
    private State state;
    private int flags;
    /** Octets of the part of the gzip header, or of the trailer, that passed. */
    private int part;
    private int extra;
    private long length;

    private ContentInflater(MessageDecoder decoder, boolean gzip) {
        this.decoder = decoder;
        this.gzip = gzip;
        state = gzip ? State.FIXED : State.DATA;
    }

    /** For a message with that head; null where its content is not encoded in a way that can be undone here. */
    static ContentInflater of(MessageDecoder decoder, HttpHead head) {
        if (!head.has(Field.CONTENT_ENCODING) || head.count(Field.CONTENT_ENCODING) > 1) {
            return null;
        }
        int at = head.valueStart(Field.CONTENT_ENCODING);
        int end = at + head.valueLength(Field.CONTENT_ENCODING);
        boolean gzip = GZIP.is(head.bytes(), at, end) || X_GZIP.is(head.bytes(), at, end);
        return gzip || DEFLATE.is(head.bytes(), at, end) ? new ContentInflater(decoder, gzip) : null;
    }

    boolean failed() {
        return state == State.FAILED;
    }

    /** Octets that came out so far. */
    long length() {
        return length;
    }

    /** The next piece; {@code limit} is told of a limit that is hit. */
    void feed(byte[] a, int from, int n, Sink sink, Consumer<MessageLimits.Name> limit) {
        int at = from;
        int end = from + n;
        while (at < end && state != State.FAILED && state != State.ENDED) {
            if (state == State.DATA) {
                at = inflate(a, at, end, sink, limit);
            } else {
                header(a[at++] & 0xFF);
            }
        }
    }

    /** One octet of the gzip header or trailer. */
    private void header(int octet) {
        part++;
        switch (state) {
            case FIXED:
                if (part == 1 && octet != 0x1F || part == 2 && octet != 0x8B || part == 3 && octet != 8) {
                    // Behind a member anything else than another is padding.
                    state = inflater != null && part == 1 ? State.ENDED : State.FAILED;
                } else if (part == 4) {
                    flags = octet;
                } else if (part == 10) {
                    after(FEXTRA);
                }
                break;
            case EXTRA_LENGTH:
                extra |= octet << (part == 1 ? 0 : 8);
                if (part == 2) {
                    state = State.EXTRA;
                    part = 0;
                    if (extra == 0) {
                        after(FNAME);
                    }
                }
                break;
            case EXTRA:
                if (part == extra) {
                    after(FNAME);
                }
                break;
            case NAME:
                if (octet == 0) {
                    after(FCOMMENT);
                }
                break;
            case COMMENT:
                if (octet == 0) {
                    after(FHCRC);
                }
                break;
            case HEADER_CRC:
                if (part == 2) {
                    after(0);
                }
                break;
            default:
                if (part == TRAILER) {
                    state = State.FIXED;
                    part = 0;
                }
                break;
        }
    }

    /** Goes to the first part of the header that is there, from this one on. */
    private void after(int next) {
        part = 0;
        extra = 0;
        if (next == FEXTRA && (flags & FEXTRA) != 0) {
            state = State.EXTRA_LENGTH;
        } else if (next >= FEXTRA && next <= FNAME && (flags & FNAME) != 0) {
            state = State.NAME;
        } else if (next >= FEXTRA && (flags & FCOMMENT) != 0) {
            state = State.COMMENT;
        } else if (next > 0 && (flags & FHCRC) != 0) {
            state = State.HEADER_CRC;
        } else {
            state = State.DATA;
        }
    }

    private int inflate(byte[] a, int at, int end, Sink sink, Consumer<MessageLimits.Name> limit) {
        if (inflater == null && !begin(a[at], limit)) {
            return end;
        }
        byte[] out = decoder.inflated;
        inflater.setInput(a, at, end - at);
        while (true) {
            int produced;
            try {
                produced = inflater.inflate(out, 0, out.length);
            } catch (DataFormatException e) {
                state = State.FAILED;
                return end;
            }
            long room = decoder.limits.inflatedSize() - length;
            if (produced > room) {
                limit.accept(MessageLimits.Name.INFLATED_SIZE);
                state = State.FAILED;
                return end;
            }
            length += produced;
            if (produced > 0) {
                sink.inflated(out, 0, produced);
            }
            if (inflater.finished()) {
                int left = inflater.getRemaining();
                inflater.reset();
                part = 0;
                state = gzip ? State.TRAILER : State.ENDED;
                return end - left;
            }
            if (inflater.needsDictionary()) {
                state = State.FAILED;
                return end;
            }
            if (produced < out.length) {
                return end;
            }
        }
    }

    private boolean begin(byte first, Consumer<MessageLimits.Name> limit) {
        if (decoder.contentInflaters >= decoder.limits.inflaters()) {
            limit.accept(MessageLimits.Name.INFLATERS);
            state = State.FAILED;
            return false;
        }
        decoder.contentInflaters++;
        // RFC 1950 section 2.2: method 8, and a window of at most 32 KB.
        boolean zlib = !gzip && (first & 15) == 8 && (first & 0xF0) <= 0x70;
        inflater = new Inflater(!zlib);
        return true;
    }

    /** The message is over: frees the native memory. */
    void release() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
            decoder.contentInflaters--;
        }
    }
}
