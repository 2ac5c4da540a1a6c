package packetlab.message;

import packetlab.message.HttpHead.Field;

/**
 * The messages that one side sends in HTTP/1.1, RFC 9112: finds each head and skips over each body, resumable at any
 * byte. What a head means its owner decides, and tells how the body is framed.
 */
final class HttpStream {
    /** Who is told. */
    interface Owner {
        /** The first octet of a head has come. */
        void onHeadBegins();

        /** A head is complete; it is valid within the call. {@code end} is the index behind it in its array. */
        void onHead(HttpHead head, int end);

        void onBody(byte[] a, int at, int n);

        /** The data of a chunk is complete. */
        void onChunk();

        /** A body is complete; not told of a message that has none. */
        void onBodyEnd();

        /** These bytes are not HTTP. */
        void onNotHttp(byte[] a, int at, int end);

        void onLimit(MessageLimits.Name limit);

        /** A head cannot be kept: what follows is not understood. */
        void onHeadTooLong();
    }

    private enum State { HEAD, LENGTH, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILERS, UNTIL_CLOSE }

    private static final Word CHUNKED = new Word("chunked");
    /** More digits would not be a size of anything. */
    private static final int MAX_CHUNK_DIGITS = 15;

    private final Owner owner;
    private final MessageDecoder decoder;
    private Gathered kept = Gathered.NONE;
    private State state = State.HEAD;
    private long left;
    private int digits;
    private boolean inExtension;
    /** Octets of the line in hand; in trailers without CR. */
    private int lineLength;
    /** Whether the line in hand is one CR so far: an empty one, if LF is next. */
    private boolean onlyReturn;
    /** Octets of the head in hand, or of the last one; and of its body, so far. */
    private long headLength;
    /** Octets of empty lines before the next head. */
    private long emptyLines;
    private long bodyLength;

    HttpStream(MessageDecoder decoder, Owner owner) {
        this.decoder = decoder;
        this.owner = owner;
    }

    /** Whether a message has ended (or none has begun) and nothing of the next is there. */
    boolean betweenMessages() {
        return state == State.HEAD && kept.isEmpty();
    }

    /** Behind the head in hand no body comes, but the next head. */
    boolean expectsHead() {
        return state == State.HEAD;
    }

    /** Octets of the last head as on the wire, with empty lines before it. */
    long headLength() {
        return headLength;
    }

    /** Octets of the body in hand on the wire, as far as it was captured. */
    long bodyLength() {
        return bodyLength;
    }

    /** Whether the octets of the body in hand that come now are a chunk's. */
    boolean inChunk() {
        return state == State.CHUNK_DATA;
    }

    /** Whether the body in hand lasts as long as the connection. */
    boolean untilClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Reads some of {@code a[at..end)} and returns the index behind that. */
    int read(byte[] a, int at, int end) {
        if (state == State.HEAD) {
            return readHead(a, at, end);
        }
        int next = readBody(a, at, end);
        bodyLength += next - at;
        if (state == State.HEAD) {
            owner.onBodyEnd();
        }
        return next;
    }

    private int readBody(byte[] a, int at, int end) {
        switch (state) {
            case LENGTH:
            case CHUNK_DATA:
                int n = (int) Math.min(left, end - at);
                owner.onBody(a, at, n);
                passed(n);
                return at + n;
            case UNTIL_CLOSE:
                owner.onBody(a, at, end - at);
                return end;
            case CHUNK_SIZE:
                return readChunkSize(a, at, end);
            case CHUNK_END:
                return readChunkEnd(a, at, end);
            default:
                return readTrailers(a, at, end);
        }
    }

    private void passed(long n) {
        left -= n;
        if (left == 0) {
            state = state == State.LENGTH ? State.HEAD : State.CHUNK_END;
            if (state == State.CHUNK_END) {
                owner.onChunk();
            }
        }
    }

    private int readHead(byte[] a, int from, int end) {
        int at = from;
        HttpHead head = decoder.head;
        if (kept.isEmpty()) {
            // RFC 9112 section 2.2: a server ignores an empty line before the request line.
            while (at < end && (a[at] == '\r' || a[at] == '\n')) {
                at++;
            }
            emptyLines += at - from;
            if (at == end) {
                return end;
            }
            owner.onHeadBegins();
            int headEnd = head.parse(a, at, end);
            if (headEnd >= 0 && headEnd - at <= decoder.limits.headerSize()) {
                complete(head, a, at, headEnd);
                return headEnd;
            }
            lineLength = 0;
            onlyReturn = false;
        }
        int scan = at;
        boolean over = false;
        while (scan < end && !over) {
            byte b = a[scan++];
            if (b == '\n') {
                over = lineLength == 0 || onlyReturn;
                lineLength = 0;
                onlyReturn = false;
            } else {
                onlyReturn = lineLength++ == 0 && b == '\r';
            }
        }
        int limit = decoder.limits.headerSize();
        if (kept.length() + scan - at > limit) {
            owner.onLimit(MessageLimits.Name.HTTP_HEADER_SIZE);
            release();
            owner.onHeadTooLong();
            return end;
        }
        kept = kept.add(a, at, scan - at, limit, decoder.buffers);
        if (kept.refused()) {
            release();
            owner.onHeadTooLong();
            return end;
        }
        if (over) {
            head.parse(kept.bytes(), 0, kept.length());
            complete(head, kept.bytes(), 0, kept.length());
            release();
        } else if (!mayBegin(kept.bytes(), 0, kept.length())) {
            owner.onNotHttp(kept.bytes(), 0, kept.length());
            release();
            return end;
        }
        return scan;
    }

    private void complete(HttpHead head, byte[] a, int from, int end) {
        // What is refused in pieces is refused as a whole.
        if (head.kind() == HttpHead.Kind.NEITHER || !mayBegin(a, from, end)) {
            owner.onNotHttp(a, from, end);
        } else {
            headLength = emptyLines + end - from;
            emptyLines = 0;
            bodyLength = 0;
            owner.onHead(head, end);
        }
    }

    /** How long the body is that follows a head, RFC 9112 section 6.3; false where that cannot be told. */
    boolean body(HttpHead head, boolean hasBody) {
        boolean response = head.kind() == HttpHead.Kind.RESPONSE;
        if (!hasBody) {
            state = State.HEAD;
        } else if (head.has(Field.TRANSFER_ENCODING)) {
            if (head.lastTokenIs(Field.TRANSFER_ENCODING, CHUNKED)) {
                beginChunk();
            } else {
                state = State.UNTIL_CLOSE;
                return response;
            }
        } else {
            left = head.contentLength();
            if (left == HttpHead.BAD_LENGTH) {
                return false;
            }
            state = left > 0 ? State.LENGTH : left == 0 || !response ? State.HEAD : State.UNTIL_CLOSE;
        }
        return true;
    }

    private void beginChunk() {
        state = State.CHUNK_SIZE;
        left = 0;
        digits = 0;
        inExtension = false;
    }

    private int readChunkSize(byte[] a, int from, int end) {
        for (int at = from; at < end; at++) {
            int digit = inExtension ? -1 : Character.digit(a[at], 16);
            if (digit >= 0 && digits < MAX_CHUNK_DIGITS) {
                left = left << 4 | digit;
                digits++;
            } else if (a[at] == '\n') {
                if (digits == 0) {
                    break;
                }
                lineLength = 0;
                state = left == 0 ? State.TRAILERS : State.CHUNK_DATA;
                return at + 1;
            } else if (digit >= 0 || digits == 0) {
                break;
            } else {
                // Whatever follows the size up to the line's end is an extension, or space, or the CR.
                inExtension = true;
            }
            if (at == end - 1) {
                return end;
            }
        }
        owner.onNotHttp(a, from, end);
        return end;
    }

    private int readChunkEnd(byte[] a, int at, int end) {
        if (a[at] == '\r') {
            return at + 1;
        }
        if (a[at] == '\n') {
            beginChunk();
            return at + 1;
        }
        owner.onNotHttp(a, at, end);
        return end;
    }

    private int readTrailers(byte[] a, int from, int end) {
        for (int at = from; at < end; at++) {
            if (a[at] == '\n') {
                if (lineLength == 0) {
                    state = State.HEAD;
                    return at + 1;
                }
                lineLength = 0;
            } else if (a[at] != '\r') {
                lineLength++;
            }
        }
        return end;
    }

    /** {@code n} octets are missing; false where it is not known what the next octet is. */
    boolean gap(long n) {
        if (state == State.UNTIL_CLOSE) {
            return true;
        }
        if ((state == State.LENGTH || state == State.CHUNK_DATA) && n <= left) {
            passed(n);
            if (state == State.HEAD) {
                owner.onBodyEnd();
            }
            return true;
        }
        release();
        return false;
    }

    void release() {
        kept.clear(decoder.buffers);
    }

    /** Whether the bytes may be the beginning of a request or a response, as far as they go. */
    static boolean mayBegin(byte[] a, int from, int end) {
        return mayBeResponse(a, from, end) || mayBeRequest(a, from, end);
    }

    private static boolean mayBeResponse(byte[] a, int from, int end) {
        String expected = "HTTP/";
        for (int i = 0; i < expected.length() && from + i < end; i++) {
            if (a[from + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayBeRequest(byte[] a, int from, int end) {
        int at = from;
        while (at < end && Extension.isTokenChar((char) a[at])) { // RFC 9110 section 9.1
            at++;
        }
        if (at == end) {
            return at - from <= LONGEST_METHOD;
        }
        if (at == from || at - from > LONGEST_METHOD || a[at] != ' ') {
            return false;
        }
        // The rest of the first line is text, and says which HTTP it is.
        int line = at;
        while (line < end && a[line] != '\n') {
            if (a[line] < ' ' && a[line] != '\r' && a[line] != '\t' && a[line] >= 0) {
                return false;
            }
            line++;
        }
        return line == end || line - at >= MIN_REST && contains(a, line - MIN_REST, line, "HTTP/");
    }

    private static final int LONGEST_METHOD = 32;
    /** Of {@code " HTTP/1.1\r"}, with or without the CR. */
    private static final int MIN_REST = 10;

    private static boolean contains(byte[] a, int from, int end, String word) {
        for (int at = from; at + word.length() <= end; at++) {
            int i = 0;
            while (i < word.length() && a[at + i] == word.charAt(i)) {
                i++;
            }
            if (i == word.length()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a segment that begins so surely begins an HTTP/1 message: for finding back into a connection. */
    static boolean surelyBegins(byte[] a, int from, int end) {
        if (end - from < 16) {
            return false;
        }
        if (contains(a, from, from + 7, "HTTP/1.")) {
            return true;
        }
        int space = from;
        while (space < end && space - from < LONGEST_METHOD && a[space] >= 'A' && a[space] <= 'Z') {
            space++;
        }
        if (space - from < 3 || space == end || a[space] != ' ') {
            return false;
        }
        int line = space;
        while (line < end && a[line] != '\n') {
            line++;
        }
        return line < end ? line - space >= MIN_REST && contains(a, line - MIN_REST, line, "HTTP/1.")
                : a[space + 1] == '/';
    }
}
