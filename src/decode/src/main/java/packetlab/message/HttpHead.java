package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The head of an HTTP/1.1 message (RFC 9112 sections 2 to 5) as positions in its bytes: nothing is copied until asked.
 * Reusable. Line ends are CRLF or LF.
 */
public final class HttpHead extends HttpFields {
    /** The head's end has not come. */
    public static final int INCOMPLETE = -1;

    /** The fields that decoding depends on. */
    public enum Field {
        OTHER(""),
        HOST("host"),
        ORIGIN("origin"),
        UPGRADE("upgrade"),
        CONNECTION("connection"),
        CONTENT_LENGTH("content-length"),
        CONTENT_TYPE("content-type"),
        CONTENT_ENCODING("content-encoding"),
        TRANSFER_ENCODING("transfer-encoding"),
        KEY("sec-websocket-key"),
        ACCEPT("sec-websocket-accept"),
        VERSION("sec-websocket-version"),
        PROTOCOL("sec-websocket-protocol"),
        EXTENSIONS("sec-websocket-extensions");

        static final int COUNT = values().length;
        final Word word;

        Field(String name) {
            word = new Word(name);
        }
    }

    /** Which kind of first line it has. */
    public enum Kind { REQUEST, RESPONSE, NEITHER }

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private int start;
    private int lineEnd;
    private Kind kind = Kind.NEITHER;
    private int targetStart;
    private int targetEnd;
    private int versionStart;
    private int status;

    public HttpHead() {}

    private HttpHead(HttpHead of, byte[] bytes) {
        super(of, bytes, of.start);
        lineEnd = of.lineEnd - of.start;
        kind = of.kind;
        status = of.status;
        targetStart = of.targetStart - of.start;
        targetEnd = of.targetEnd - of.start;
        versionStart = of.versionStart - of.start;
    }

    /**
     * Reads the head that begins at {@code from}.
     *
     * @return the index behind its empty line, or {@link #INCOMPLETE} where that is not in {@code bytes[from..to)}; the
     *     array is read from later, as long as this head is used
     */
    public int parse(byte[] bytes, int from, int to) {
        begin(bytes);
        start = from;
        int end = newline(from, to);
        if (end < 0) {
            return INCOMPLETE;
        }
        lineEnd = withoutReturn(from, end);
        for (int at = end + 1; at < to;) {
            int next = newline(at, to);
            if (next < 0) {
                return INCOMPLETE;
            }
            int stop = withoutReturn(at, next);
            if (stop == at) {
                parseFirstLine();
                return next + 1;
            }
            addLine(at, stop);
            at = next + 1;
        }
        return INCOMPLETE;
    }

    /** Index of the next LF, eight octets at a step, or -1. */
    private int newline(int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long x = (long) LONG_LE.get(a, i) ^ 0x0A0A_0A0A_0A0A_0A0AL;
            long zero = x - 0x0101_0101_0101_0101L & ~x & 0x8080_8080_8080_8080L;
            if (zero != 0) {
                return i + (Long.numberOfTrailingZeros(zero) >> 3);
            }
        }
        for (; i < to; i++) {
            if (a[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int withoutReturn(int from, int end) {
        return end > from && a[end - 1] == '\r' ? end - 1 : end;
    }

    private void parseFirstLine() {
        kind = Kind.NEITHER;
        status = 0;
        int space = indexOfSpace(start, lineEnd);
        if (looksLikeVersion(start, lineEnd)) {
            int at = space + 1;
            if (space > start && lineEnd - at >= 3 && isDigit(at) && isDigit(at + 1) && isDigit(at + 2)) {
                kind = Kind.RESPONSE;
                versionStart = start;
                status = (a[at] - '0') * 100 + (a[at + 1] - '0') * 10 + a[at + 2] - '0';
            }
            return;
        }
        int last = lineEnd;
        while (last > start && a[last - 1] != ' ') {
            last--;
        }
        if (space > start && last > space + 1 && looksLikeVersion(last, lineEnd)) {
            kind = Kind.REQUEST;
            targetStart = space + 1;
            targetEnd = last - 1;
            versionStart = last;
        }
    }

    private int indexOfSpace(int from, int end) {
        int i = from;
        while (i < end && a[i] != ' ') {
            i++;
        }
        return i;
    }

    private boolean looksLikeVersion(int from, int end) {
        return end - from >= 8 && a[from] == 'H' && a[from + 1] == 'T' && a[from + 2] == 'T' && a[from + 3] == 'P'
                && a[from + 4] == '/' && isDigit(from + 5) && a[from + 6] == '.' && isDigit(from + 7);
    }

    public Kind kind() {
        return kind;
    }

    /** Of a response; 0 for a request. */
    public int status() {
        return status;
    }

    /** 10 for HTTP/1.0, 11 for HTTP/1.1. */
    public int version() {
        return kind == Kind.NEITHER ? 0 : (a[versionStart + 5] - '0') * 10 + a[versionStart + 7] - '0';
    }

    public String method() {
        return text(start, indexOfSpace(start, lineEnd));
    }

    boolean methodIs(String method) {
        int length = method.length();
        if (start + length >= lineEnd || a[start + length] != ' ') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (a[start + i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Of a request, as sent; else null. */
    public String target() {
        return kind == Kind.REQUEST ? text(targetStart, targetEnd) : null;
    }

    /** Of a request: where its target stands in {@link #bytes}. */
    int targetStart() {
        return targetStart;
    }

    int targetEnd() {
        return targetEnd;
    }

    /** Whether the target of a request is a path without a fragment. */
    boolean targetIsPlainPath() {
        if (kind != Kind.REQUEST || a[targetStart] != '/') {
            return false;
        }
        for (int i = targetStart; i < targetEnd; i++) {
            if (a[i] == '#') {
                return false;
            }
        }
        return true;
    }

    /** A head of its own, with its own bytes. {@code end} is the index behind this head. */
    HttpHead copy(int end) {
        return new HttpHead(this, Arrays.copyOfRange(a, start, end));
    }
}
