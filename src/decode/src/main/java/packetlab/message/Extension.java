package packetlab.message;

import java.util.ArrayList;
import java.util.List;

/**
 * One extension of a Sec-WebSocket-Extensions field, RFC 6455 section 9.1:
 * <pre>
 * extension-list = 1#( token *( ";" token [ "=" ( token | quoted-string ) ] ) )
 * </pre>
 *
 * @param parameters in order, repeated ones too
 */
public record Extension(String name, List<Parameter> parameters) {
    /** @param value unquoted; null where the parameter has none */
    public record Parameter(String name, String value) {}

    /** What a field says, or in words why it says nothing that can be understood. */
    public record Parsed(List<Extension> extensions, String fault) {
        static final Parsed NOTHING = new Parsed(List.of(), null);
    }

    /** Reads the value of the field, several fields joined by commas; null for no field. */
    public static Parsed parse(String value) {
        return value == null ? Parsed.NOTHING : new Reader(value).list();
    }

    /** Whether RFC 9110 section 5.6.2 calls it a token. */
    static boolean isToken(String s) {
        if (s.isEmpty()) {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            if (!isTokenChar(s.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isTokenChar(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder(name);
        for (Parameter p : parameters) {
            s.append("; ").append(p.name);
            if (p.value != null) {
                s.append('=').append(p.value);
            }
        }
        return s.toString();
    }

    private static final class Reader {
        private final String s;
        private int at;
        private String fault;

        Reader(String s) {
            this.s = s;
        }

        Parsed list() {
            List<Extension> list = new ArrayList<>();
            while (true) {
                skipSpace();
                if (peek() == ',') {
                    at++;   // 1#rule allows empty elements
                } else if (at == s.length()) {
                    return list.isEmpty() ? fault("it names no extension") : new Parsed(list, null);
                } else {
                    Extension one = extension();
                    if (one == null) {
                        return fault(fault);
                    }
                    list.add(one);
                    skipSpace();
                    if (at < s.length() && peek() != ',') {
                        return fault(unexpected());
                    }
                }
            }
        }

        private Extension extension() {
            String name = token();
            List<Parameter> parameters = new ArrayList<>(2);
            while (name != null) {
                skipSpace();
                if (peek() != ';') {
                    return new Extension(name, parameters);
                }
                at++;
                skipSpace();
                String parameter = token();
                if (parameter == null) {
                    return null;
                }
                skipSpace();
                String value = null;
                if (peek() == '=') {
                    at++;
                    skipSpace();
                    value = peek() == '"' ? quoted() : token();
                    if (value == null) {
                        return null;
                    }
                }
                parameters.add(new Parameter(parameter, value));
            }
            return null;
        }

        private String token() {
            int from = at;
            while (at < s.length() && isTokenChar(s.charAt(at))) {
                at++;
            }
            if (at == from) {
                fault = unexpected();
                return null;
            }
            return s.substring(from, at);
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < s.length(); at++) {
                char c = s.charAt(at);
                if (c == '"') {
                    at++;
                    if (isToken(value.toString())) {
                        return value.toString();
                    }
                    fault = "the quoted value \"" + value + "\" is not a token";
                    return null;
                }
                if (c == '\\' && at + 1 < s.length()) {
                    c = s.charAt(++at);
                }
                value.append(c);
            }
            fault = "a quoted value does not end";
            return null;
        }

        private String unexpected() {
            return at == s.length() ? "it ends where a name is due"
                    : "unexpected '" + s.charAt(at) + "' at character " + (at + 1);
        }

        private Parsed fault(String why) {
            return new Parsed(List.of(), why);
        }

        private char peek() {
            return at < s.length() ? s.charAt(at) : 0;
        }

        private void skipSpace() {
            while (at < s.length() && (s.charAt(at) == ' ' || s.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
