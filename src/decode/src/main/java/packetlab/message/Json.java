package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A scanner for JSON (RFC 8259) in UTF-8 octets: says where a value ends, without building it and without recursion,
 * however deep it nests.
 */
final class Json {
    /** The octets end before the value does. */
    static final int INCOMPLETE = -1;
    /** Not JSON. */
    static final int INVALID = -2;
    /** Nests deeper than the limit. */
    static final int TOO_DEEP = -3;

    private Json() {}

    /** Index of the next octet that is not white space, or {@code end}. */
    static int space(byte[] a, int from, int end) {
        int at = from;
        while (at < end && (a[at] == ' ' || a[at] == '\t' || a[at] == '\n' || a[at] == '\r')) {
            at++;
        }
        return at;
    }

    /** Whether {@code a[from..end)} is one value and nothing else but white space; the end of the value or why not. */
    static int whole(byte[] a, int from, int end, int maxDepth) {
        int at = value(a, from, end, maxDepth);
        return at < 0 || space(a, at, end) == end ? at : INVALID;
    }

    /**
     * The index behind the value that begins at {@code from} or behind white space there, or why there is none. A number
     * at the end of the octets counts as complete.
     *
     * @param maxDepth how deep arrays and objects may nest
     */
    static int value(byte[] a, int from, int end, int maxDepth) {
        long[] objects = null;
        int depth = 0;
        int at = from;
        while (true) {
            // A value begins here.
            at = space(a, at, end);
            if (at == end) {
                return INCOMPLETE;
            }
            byte b = a[at];
            if (b == '{' || b == '[') {
                if (depth == maxDepth) {
                    return TOO_DEEP;
                }
                int word = depth >> 6;
                if (objects == null) {
                    objects = new long[1];
                } else if (word == objects.length) {
                    objects = Arrays.copyOf(objects, 2 * word);
                }
                long bit = 1L << depth++;
                objects[word] = b == '{' ? objects[word] | bit : objects[word] & ~bit;
                at = space(a, at + 1, end);
                if (at == end) {
                    return INCOMPLETE;
                }
                if (a[at] != (b == '{' ? '}' : ']')) {
                    if (b == '{') {
                        at = name(a, at, end);
                        if (at < 0) {
                            return at;
                        }
                    }
                    continue;
                }
            } else {
                at = b == '"' ? string(a, at, end) : scalar(a, at, end);
                if (at < 0 || depth == 0) {
                    return at;
                }
            }
            // A value has ended, or an empty array or object is about to: to a comma only the first can come.
            while (true) {
                at = space(a, at, end);
                if (at == end) {
                    return INCOMPLETE;
                }
                boolean object = (objects[depth - 1 >> 6] & 1L << depth - 1) != 0;
                if (a[at] == (object ? '}' : ']')) {
                    at++;
                    if (--depth == 0) {
                        return at;
                    }
                } else if (a[at] != ',') {
                    return INVALID;
                } else {
                    at++;
                    if (object) {
                        at = space(a, at, end);
                        if (at == end) {
                            return INCOMPLETE;
                        }
                        at = name(a, at, end);
                        if (at < 0) {
                            return at;
                        }
                    }
                    break;
                }
            }
        }
    }

    /** The index behind a member's name and its colon. */
    private static int name(byte[] a, int from, int end) {
        if (a[from] != '"') {
            return INVALID;
        }
        int at = string(a, from, end);
        if (at < 0) {
            return at;
        }
        at = space(a, at, end);
        if (at == end) {
            return INCOMPLETE;
        }
        return a[at] == ':' ? at + 1 : INVALID;
    }

    /** The index behind the string whose quotation mark stands at {@code from}. */
    static int string(byte[] a, int from, int end) {
        for (int at = from + 1; at < end; at++) {
            byte b = a[at];
            if (b == '"') {
                return at + 1;
            }
            if (b >= 0 && b < ' ') {
                return INVALID;
            }
            if (b == '\\') {
                if (++at == end) {
                    return INCOMPLETE;
                }
                if (a[at] == 'u') {
                    for (int i = 0; i < 4; i++) {
                        if (++at == end) {
                            return INCOMPLETE;
                        }
                        if (Character.digit(a[at], 16) < 0) {
                            return INVALID;
                        }
                    }
                } else if ("\"\\/bfnrt".indexOf(a[at]) < 0) {
                    return INVALID;
                }
            }
        }
        return INCOMPLETE;
    }

    /** Where the value of an object's own member of that name begins; the object is valid. -1 where it has none. */
    static int member(byte[] a, int from, int end, String name) {
        int at = space(a, from, end) + 1;
        while (true) {
            at = space(a, at, end);
            if (at >= end || a[at] != '"') {
                return -1;
            }
            int close = string(a, at, end);
            int value = space(a, space(a, close, end) + 1, end);
            if (close - at - 2 == name.length() && name.equals(text(a, at, close, name.length()).text)) {
                return value;
            }
            at = space(a, value(a, value, end, Integer.MAX_VALUE), end);
            if (at >= end || a[at] != ',') {
                return -1;
            }
            at++;
        }
    }

    private static int scalar(byte[] a, int from, int end) {
        switch (a[from]) {
            case 't': return word(a, from, end, "true");
            case 'f': return word(a, from, end, "false");
            case 'n': return word(a, from, end, "null");
            default: return number(a, from, end);
        }
    }

    private static int word(byte[] a, int from, int end, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (from + i == end) {
                return INCOMPLETE;
            }
            if (a[from + i] != word.charAt(i)) {
                return INVALID;
            }
        }
        return from + word.length();
    }

    private static int number(byte[] a, int from, int end) {
        int at = from;
        if (a[at] == '-' && ++at == end) {
            return INCOMPLETE;
        }
        int digits = digits(a, at, end);
        if (digits == at || digits - at > 1 && a[at] == '0') {
            return INVALID;
        }
        at = digits;
        if (at < end && a[at] == '.') {
            digits = digits(a, at + 1, end);
            if (digits == at + 1) {
                return digits == end ? INCOMPLETE : INVALID;
            }
            at = digits;
        }
        if (at < end && (a[at] == 'e' || a[at] == 'E')) {
            at++;
            if (at < end && (a[at] == '+' || a[at] == '-')) {
                at++;
            }
            digits = digits(a, at, end);
            if (digits == at) {
                return digits == end ? INCOMPLETE : INVALID;
            }
            at = digits;
        }
        return at;
    }

    static int digits(byte[] a, int from, int end) {
        int at = from;
        while (at < end && a[at] >= '0' && a[at] <= '9') {
            at++;
        }
        return at;
    }

    /** A string value, its escapes undone. */
    static final class Text {
        /** Octets that all of it has as UTF-8; half a surrogate pair counts as three. */
        long length;
        /** Whether {@link #text} is not all of it. */
        boolean cut;
        String text;
    }

    /**
     * The string {@code a[from..end)}, valid, with its quotation marks.
     *
     * @param shown how many characters of it are wanted
     */
    static Text text(byte[] a, int from, int end, int shown) {
        Text result = new Text();
        StringBuilder chars = new StringBuilder(Math.min(shown, end - from));
        int at = from + 1;
        int close = end - 1;
        boolean high = false;
        while (at < close) {
            int run = at;
            while (run < close && a[run] != '\\') {
                run++;
            }
            if (run > at) {
                result.length += run - at;
                // A character takes up to four octets; what is a little too much is cut below.
                int some = (int) Math.min(run - at, 4L * Math.max(0, shown - chars.length()));
                chars.append(new String(a, at, some, StandardCharsets.UTF_8));
                result.cut |= some < run - at;
                at = run;
                high = false;
                continue;
            }
            char c = escape(a, at + 1);
            at += a[at + 1] == 'u' ? 6 : 2;
            boolean low = high && Character.isLowSurrogate(c);
            // The first half was counted as three, both together are four.
            result.length += low ? 1 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            high = Character.isHighSurrogate(c);
            if (chars.length() < shown) {
                chars.append(c);
            } else {
                result.cut = true;
            }
        }
        if (chars.length() > shown) {
            result.cut = true;
            chars.setLength(shown > 0 && Character.isHighSurrogate(chars.charAt(shown - 1)) ? shown - 1 : shown);
        }
        result.text = chars.toString();
        return result;
    }

    private static char escape(byte[] a, int at) {
        switch (a[at]) {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u':
                return (char) (Character.digit(a[at + 1], 16) << 12 | Character.digit(a[at + 2], 16) << 8
                        | Character.digit(a[at + 3], 16) << 4 | Character.digit(a[at + 4], 16));
            default: return (char) a[at];
        }
    }

    /** Octets as UTF-8; half a surrogate pair counts as three. */
    static long utf8Length(CharSequence chars) {
        long length = 0;
        for (int i = 0; i < chars.length(); i++) {
            char c = chars.charAt(i);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < chars.length()
                    && Character.isLowSurrogate(chars.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                length += 3;
            }
        }
        return length;
    }
}
