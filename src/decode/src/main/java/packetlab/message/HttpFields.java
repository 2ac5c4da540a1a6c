package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import packetlab.event.HttpEvent.Header;
import packetlab.message.HttpHead.Field;

/**
 * The header fields of a message as positions in its bytes (RFC 9110 section 5, RFC 9112 section 5). A line that
 * continues the one before it (obs-fold) belongs to that field.
 */
class HttpFields {
    static final long NO_LENGTH = -1;
    static final long BAD_LENGTH = -2;

    private static final int NAME = 0, NAME_END = 1, VALUE = 2, VALUE_END = 3, FIELD = 4, STRIDE = 5;
    private static final int USUAL = 16;

    /** The bytes of the message. */
    byte[] a;
    private int[] fields;
    private int fieldsUsed;
    /** Bit per {@link Field}: whether it is there at all, and more than once. */
    private int present;
    private int repeated;
    /** Where the first of each is, if it is there. */
    private final int[] firstOf;

    HttpFields() {
        this(new int[USUAL * STRIDE], new int[Field.COUNT]);
    }

    private HttpFields(int[] fields, int[] firstOf) {
        this.fields = fields;
        this.firstOf = firstOf;
    }

    /** Fields of their own, of {@code of}, whose bytes are now {@code bytes} from {@code start} on. */
    HttpFields(HttpFields of, byte[] bytes, int start) {
        this(new int[of.fieldsUsed], of.firstOf.clone());
        a = bytes;
        present = of.present;
        repeated = of.repeated;
        fieldsUsed = of.fieldsUsed;
        for (int i = 0; i < fieldsUsed; i += STRIDE) {
            fields[i + NAME] = of.fields[i + NAME] - start;
            fields[i + NAME_END] = of.fields[i + NAME_END] - start;
            fields[i + VALUE] = of.fields[i + VALUE] - start;
            fields[i + VALUE_END] = of.fields[i + VALUE_END] - start;
            fields[i + FIELD] = of.fields[i + FIELD];
        }
    }

    /** Forgets all fields: others follow, in these bytes. */
    final void begin(byte[] bytes) {
        a = bytes;
        fieldsUsed = 0;
        present = 0;
        repeated = 0;
    }

    /** The line {@code [from..end)}, without its end, which is not empty. */
    final void addLine(int from, int end) {
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
            case 12: return named(from, end, Field.CONTENT_TYPE, Field.OTHER);
            case 14: return named(from, end, Field.CONTENT_LENGTH, Field.OTHER);
            case 16: return named(from, end, Field.CONTENT_ENCODING, Field.OTHER);
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

    public final boolean has(Field field) {
        return (present & 1 << field.ordinal()) != 0;
    }

    /** How many fields of that name there are. */
    public final int count(Field field) {
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
    public final String value(Field field) {
        int i = first(field);
        return i < 0 ? null : value(i);
    }

    /** The values of all fields of that name, joined by commas (RFC 9110 section 5.3), or null. */
    public final String list(Field field) {
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
    final boolean hasToken(Field field, Word word) {
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
    final boolean lastTokenIs(Field field, Word word) {
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

    /**
     * Content-Length in octets (RFC 9112 section 6.3: the same value may be repeated), {@link #NO_LENGTH} or
     * {@link #BAD_LENGTH}.
     */
    public final long contentLength() {
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

    /** Start of the first value of that field in {@link #bytes}, or -1. */
    final int valueStart(Field field) {
        int i = first(field);
        return i < 0 ? -1 : fields[i + VALUE];
    }

    /** Octets of the first value of that field, or -1. */
    final int valueLength(Field field) {
        int i = first(field);
        return i < 0 ? -1 : fields[i + VALUE_END] - fields[i + VALUE];
    }

    final byte[] bytes() {
        return a;
    }

    /** All fields as sent, in order. */
    public final List<Header> headers() {
        List<Header> headers = new ArrayList<>(fieldsUsed / STRIDE);
        for (int i = 0; i < fieldsUsed; i += STRIDE) {
            headers.add(new Header(text(fields[i + NAME], fields[i + NAME_END]), value(i)));
        }
        return headers;
    }

    final String text(int from, int to) {
        return new String(a, from, to - from, StandardCharsets.ISO_8859_1);
    }

    final boolean isDigit(int at) {
        return a[at] >= '0' && a[at] <= '9';
    }
}
