package packetlab.os;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pieces of what strace prints: arguments, strings with their escapes, addresses, descriptors with what stands behind. */
final class StraceText {
    private static final Pattern INET = Pattern.compile("sin_port=htons\\((\\d{1,5})\\), sin_addr=inet_addr\\(\"([0-9.]{7,15})\"\\)");
    private static final Pattern INET6 = Pattern.compile(
            "sin6_port=htons\\((\\d{1,5})\\).*inet_pton\\(AF_INET6, \"([0-9A-Fa-f:.]{2,45})\".*sin6_scope_id=(\\d+|if_nametoindex)?");
    private static final Pattern UNIX = Pattern.compile("sun_path=(@?)(\".*\")");

    private StraceText() {}

    /** What a list is made of: at each comma that stands in no string and in no bracket. */
    static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            switch (c) {
                case '"' -> i = endOfString(list, i);
                case '(', '[', '{' -> depth++;
                case '<' -> i = endOfDescriptor(list, i);
                case ')', ']', '}' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        parts.add(list.substring(from, i).strip());
                        from = i + 1;
                    }
                }
                default -> { }
            }
        }
        if (!list.isBlank()) {
            parts.add(list.substring(from).strip());
        }
        return parts;
    }

    /** The index of the quotation mark that ends a string, or of the text's last character. */
    static int endOfString(String text, int from) {
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return text.length() - 1;
    }

    /** The index of the {@code >} behind what a descriptor is; a TCP one has arrows inside, a path perhaps anything. */
    static int endOfDescriptor(String text, int from) {
        if (from == 0 || !Character.isDigit(text.charAt(from - 1))) {
            return from;
        }
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                i = endOfString(text, i);
            } else if (c == '<') {
                depth++;
            } else if (c == '>' && text.charAt(i - 1) != '-' && --depth == 0) {
                return i;
            }
        }
        return from;
    }

    /** The octets of a string between quotation marks; the dots of one that was cut are not its own. */
    static byte[] octets(String quoted) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int end = quoted.isEmpty() || quoted.charAt(0) != '"' ? -1 : endOfString(quoted, 0);
        int i = 1;
        while (i < end) {
            char c = quoted.charAt(i++);
            if (c != '\\' || i >= end) {
                octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.ISO_8859_1));
                continue;
            }
            char escaped = quoted.charAt(i++);
            int simple = "abtnvfr".indexOf(escaped);
            if (simple >= 0) {
                octets.write(7 + simple);
            } else if (escaped == 'x' && i + 1 < quoted.length()) {
                octets.write(hex(quoted.charAt(i)) << 4 | hex(quoted.charAt(i + 1)));
                i += 2;
            } else if (escaped >= '0' && escaped <= '7') {
                int value = escaped - '0';
                for (int n = 0; n < 2 && i < end && quoted.charAt(i) >= '0' && quoted.charAt(i) <= '7'; n++) {
                    value = value * 8 + quoted.charAt(i++) - '0';
                }
                octets.write(value);
            } else {
                octets.write(escaped);
            }
        }
        return octets.toByteArray();
    }

    private static int hex(char digit) {
        return Math.max(0, Character.digit(digit, 16));
    }

    /** The address in a struct that strace has decoded, as {@link SocketAddress} writes it; null for none. */
    static String address(String struct) {
        try {
            Matcher inet = INET.matcher(struct);
            if (inet.find()) {
                return SocketAddress.of(inet.group(2), Integer.parseInt(inet.group(1))).toString();
            }
            Matcher inet6 = INET6.matcher(struct);
            if (inet6.find()) {
                return SocketAddress.of(inet6.group(2), Integer.parseInt(inet6.group(1))).toString();
            }
            Matcher unix = UNIX.matcher(struct);
            if (unix.find()) {
                return new SocketAddress.Unix(new String(octets(unix.group(2)), StandardCharsets.UTF_8),
                        !unix.group(1).isEmpty()).toString();
            }
        } catch (IllegalArgumentException e) {
            return null;        // a port or a path that none can have
        }
        return null;
    }

    /** The value of a field of a struct, such as {@code iov_len=}; null where there is none. */
    static String field(String struct, String name) {
        for (String part : split(inside(struct))) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** What stands between the outermost brackets. */
    static String inside(String text) {
        boolean bracketed = text.length() > 1 && "[{(".indexOf(text.charAt(0)) >= 0;
        int end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
        return bracketed && end > 0 ? text.substring(1, end) : text;
    }

    /** A number in front of anything; {@code otherwise} where there is none. */
    static long number(String text, long otherwise) {
        int end = 0;
        while (end < text.length() && end < 19 && (Character.isDigit(text.charAt(end)) || end == 0 && text.charAt(0) == '-')) {
            end++;
        }
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2).split("\\W", 2)[0], 16)
                    : Long.parseLong(text.substring(0, end));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
