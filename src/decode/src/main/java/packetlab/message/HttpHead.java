package packetlab.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import packetlab.event.HttpEvent.Header;

/**
 * The head of an HTTP/1.1 message (RFC 9112 sections 2 to 5) as positions in its bytes: nothing is copied until asked.
 * Reusable. Line ends are CRLF or LF; a line that continues the one before it (obs-fold) belongs to that field.
 */
public final class HttpHead {
    /** The head's end has not come. */
    public static final int INCOMPLETE = -1;
    static final long NO_LENGTH = -1;
    static final long BAD_LENGTH = -2;

    /** The fields that decoding depends on. */
    public enum Field {
        OTHER(""),
        HOST("host"),
        ORIGIN("origin"),
        UPGRADE("upgrade"),
        CONNECTION("connection"),
        CONTENT_LENGTH("content-length"),
        TRANSFER_ENCODING("transfer-encoding"),
        KEY("sec-websocket-key"),
        ACCEPT("sec-websocket-accept"),
        VERSION("sec-websocket-version"),
        PROTOCOL("sec-websocket-protocol"),
        EXTENSIONS("sec-websocket-extensions");

        private static final int COUNT = values().length;
        private final Word word;

        Field(String name) {
            word = new Word(name);
        }
    }

    /** Which kind of first line it has. */
    public enum Kind { REQUEST, RESPONSE, NEITHER }

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NAME = 0, NAME_END = 1, VALUE = 2, VALUE_END = 3, FIELD = 4, STRIDE = 5;

    private byte[] a;
    private int start;
    private int lineEnd;
    private int[] fields;
    private int fieldsUsed;
    /** Bit per {@link Field}: whether it is there at all, and more than once. */
    private int present;
    private int repeated;
    /** Where the first of each is, if it is there. */
    private final int[] firstOf;
    private Kind kind = Kind.NEITHER;
    private int targetStart;
    private int targetEnd;
    private int versionStart;
    private int status;

    public HttpHead() {
        this(new int[16 * STRIDE], new int[Field.COUNT]);
    }

    private HttpHead(int[] fields, int[] firstOf) {
        this.fields = fields;
        this.firstOf = firstOf;
    }

    /**
     * Reads the head that begins at {@code from}.
     *
     * @return the index behind its empty line, or {@link #INCOMPLETE} where that is not in {@code bytes[from..to)}; the
     *     array is read from later, as long as this head is used
     */
    public int parse(byte[] bytes, int from, int to) {
        a = bytes;
        start = from;
        fieldsUsed = 0;
        present = 0;
        repeated = 0;
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

    private void addLine(int from, int end) {
        if (a[from] == ' ' || a[from] == '\t') {
            if (fieldsUsed > 0) {
                fields[fieldsUsed - STRIDE + VALUE_END] = trimEnd(from, end);
            }
            return;
        }
        int colon = from;
        while (colon < end && a[colon] != ':') {
            colon++;
        }
        if (colon == end || colon == from) {
            return;
        }
        if (fieldsUsed == fields.length) {
            fields = Arrays.copyOf(fields, fieldsUsed * 2);
        }
        int value = colon + 1;
        while (value < end && (a[value] == ' ' || a[value] == '\t')) {
            value++;
        }
        Field field = fieldOf(from, colon);
        int bit = 1 << field.ordinal();
        if ((present & bit) == 0) {
            present |= bit;
            firstOf[field.ordinal()] = fieldsUsed;
        } else {
            repeated |= bit;
        }
        fields[fieldsUsed + NAME] = from;
        fields[fieldsUsed + NAME_END] = colon;
        fields[fieldsUsed + VALUE] = value;
        fields[fieldsUsed + VALUE_END] = trimEnd(value, end);
        fields[fieldsUsed + FIELD] = field.ordinal();
        fieldsUsed += STRIDE;
    }

    private int trimEnd(int from, int end) {
        int e = end;
        while (e > from && (a[e - 1] == ' ' || a[e - 1] == '\t')) {
            e--;
        }
        return e;
    }

    private Field fieldOf(int from, int end) {
        int length = end - from;
        switch (length) {
            case 4: return named(from, end, Field.HOST, Field.OTHER);
            case 6: return named(from, end, Field.ORIGIN, Field.OTHER);
            case 7: return named(from, end, Field.UPGRADE, Field.OTHER);
            case 10: return named(from, end, Field.CONNECTION, Field.OTHER);
            case 14: return named(from, end, Field.CONTENT_LENGTH, Field.OTHER);
            case 17: return named(from, end, Field.KEY, Field.TRANSFER_ENCODING);
            case 20: return named(from, end, Field.ACCEPT, Field.OTHER);
            case 21: return named(from, end, Field.VERSION, Field.OTHER);
            case 22: return named(from, end, Field.PROTOCOL, Field.OTHER);
            case 24: return named(from, end, Field.EXTENSIONS, Field.OTHER);
            default: return Field.OTHER;
        }
    }

    private Field named(int from, int end, Field one, Field other) {
        return one.word.is(a, from, end) ? one
                : other != Field.OTHER && other.word.is(a, from, end) ? other : Field.OTHER;
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

    private boolean isDigit(int at) {
        return a[at] >= '0' && a[at] <= '9';
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

    public boolean has(Field field) {
        return (present & 1 << field.ordinal()) != 0;
    }

    /** How many fields of that name there are. */
    public int count(Field field) {
        if ((repeated & 1 << field.ordinal()) == 0) {
            return has(field) ? 1 : 0;
        }
        int count = 0;
        for (int i = first(field); i >= 0; i = next(field, i + STRIDE)) {
            count++;
        }
        return count;
    }

    private int first(Field field) {
        return has(field) ? firstOf[field.ordinal()] : -1;
    }

    private int next(Field field, int from) {
        if ((repeated & 1 << field.ordinal()) == 0) {
            return -1;
        }
        for (int i = from; i < fieldsUsed; i += STRIDE) {
            if (fields[i + FIELD] == field.ordinal()) {
                return i;
            }
        }
        return -1;
    }

    /** The value of the first field of that name, or null. */
    public String value(Field field) {
        int i = first(field);
        return i < 0 ? null : value(i);
    }

    /** The values of all fields of that name, joined by commas (RFC 9110 section 5.3), or null. */
    public String list(Field field) {
        int i = first(field);
        if (i < 0) {
            return null;
        }
        String first = value(i);
        int second = next(field, i + STRIDE);
        if (second < 0) {
            return first;
        }
        StringBuilder joined = new StringBuilder(first);
        for (i = second; i >= 0; i = next(field, i + STRIDE)) {
            joined.append(", ").append(value(i));
        }
        return joined.toString();
    }

    private String value(int i) {
        String value = text(fields[i + VALUE], fields[i + VALUE_END]);
        return value.indexOf('\n') < 0 ? value : unfolded(value);
    }

    /** RFC 9112 section 5.2: a line's end and the space around it are read as one space. */
    private static String unfolded(String value) {
        StringBuilder line = new StringBuilder(value.length());
        for (int i = 0; i < value.length();) {
            char c = value.charAt(i++);
            if (c != '\n') {
                line.append(c);
                continue;
            }
            int end = line.length();
            while (end > 0 && isSpace(line.charAt(end - 1))) {
                end--;
            }
            line.setLength(end);
            line.append(' ');
            while (i < value.length() && isSpace(value.charAt(i))) {
                i++;
            }
        }
        return line.toString();
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    /** Whether the comma-separated values of that field hold {@code word}, in whatever case. */
    boolean hasToken(Field field, Word word) {
        for (int i = first(field); i >= 0; i = next(field, i + STRIDE)) {
            int end = fields[i + VALUE_END];
            for (int at = fields[i + VALUE]; at < end;) {
                int comma = at;
                while (comma < end && a[comma] != ',') {
                    comma++;
                }
                int from = at;
                while (from < comma && (a[from] == ' ' || a[from] == '\t')) {
                    from++;
                }
                if (word.is(a, from, trimEnd(from, comma))) {
                    return true;
                }
                at = comma + 1;
            }
        }
        return false;
    }

    /** Whether {@code word} is the last of the comma-separated values of that field. */
    boolean lastTokenIs(Field field, Word word) {
        int last = -1;
        for (int i = first(field); i >= 0; i = next(field, i + STRIDE)) {
            last = i;
        }
        if (last < 0) {
            return false;
        }
        int end = fields[last + VALUE_END];
        int at = end;
        while (at > fields[last + VALUE] && a[at - 1] != ',' && a[at - 1] != ' ' && a[at - 1] != '\t') {
            at--;
        }
        return word.is(a, at, end);
    }

    /** Content-Length in octets (RFC 9112 section 6.3: the same value may be repeated), {@link #NO_LENGTH} or {@link #BAD_LENGTH}. */
    long contentLength() {
        long length = NO_LENGTH;
        for (int i = first(Field.CONTENT_LENGTH); i >= 0; i = next(Field.CONTENT_LENGTH, i + STRIDE)) {
            int end = fields[i + VALUE_END];
            int at = fields[i + VALUE];
            do {
                long one = 0;
                int digits = 0;
                for (; at < end && isDigit(at); at++, digits++) {
                    one = one * 10 + a[at] - '0';
                }
                while (at < end && (a[at] == ' ' || a[at] == '\t')) {
                    at++;
                }
                boolean stops = at == end || a[at] == ',';
                if (digits == 0 || digits > 18 || !stops || length != NO_LENGTH && length != one) {
                    return BAD_LENGTH;
                }
                length = one;
                at++;
                while (at < end && (a[at] == ' ' || a[at] == '\t')) {
                    at++;
                }
            } while (at < end);
        }
        return length;
    }

    /** A head of its own, with its own bytes. {@code end} is the index behind this head. */
    HttpHead copy(int end) {
        HttpHead copy = new HttpHead(new int[fieldsUsed], firstOf.clone());
        copy.a = Arrays.copyOfRange(a, start, end);
        copy.lineEnd = lineEnd - start;
        copy.kind = kind;
        copy.status = status;
        copy.present = present;
        copy.repeated = repeated;
        copy.targetStart = targetStart - start;
        copy.targetEnd = targetEnd - start;
        copy.versionStart = versionStart - start;
        copy.fieldsUsed = fieldsUsed;
        for (int i = 0; i < fieldsUsed; i += STRIDE) {
            copy.fields[i + NAME] = fields[i + NAME] - start;
            copy.fields[i + NAME_END] = fields[i + NAME_END] - start;
            copy.fields[i + VALUE] = fields[i + VALUE] - start;
            copy.fields[i + VALUE_END] = fields[i + VALUE_END] - start;
            copy.fields[i + FIELD] = fields[i + FIELD];
        }
        return copy;
    }

    /** Start of the first value of that field in {@link #bytes}, or -1. */
    int valueStart(Field field) {
        int i = first(field);
        return i < 0 ? -1 : fields[i + VALUE];
    }

    /** Octets of the first value of that field, or -1. */
    int valueLength(Field field) {
        int i = first(field);
        return i < 0 ? -1 : fields[i + VALUE_END] - fields[i + VALUE];
    }

    byte[] bytes() {
        return a;
    }

    /** All fields as sent, in order. */
    public List<Header> headers() {
        List<Header> headers = new ArrayList<>(fieldsUsed / STRIDE);
        for (int i = 0; i < fieldsUsed; i += STRIDE) {
            headers.add(new Header(text(fields[i + NAME], fields[i + NAME_END]), value(i)));
        }
        return headers;
    }

    private String text(int from, int to) {
        return new String(a, from, to - from, StandardCharsets.ISO_8859_1);
    }

}
