package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What follows from tshark's fields of a packet, without our decoder, and ways to choose among packets by it. */
final class WebColumns {
    /** {@code where FIELD PATTERN}, {@code not-where FIELD PATTERN}, and {@code same FIELD}: all that have it as the first has. */
    static final Set<String> NARROWING = Set.of("where", "not-where", "same");

    private WebColumns() {}

    /**
     * Adds {@code text} (a segment or datagram as ISO-8859-1), {@code head-length} of HTTP, {@code header} of a frame that has its
     * segment for itself, {@code accept-due} (what a request's key asks for) and {@code accept-right}.
     */
    static void add(List<Map<String, String>> rows) throws Exception {
        Map<String, String> due = new LinkedHashMap<>();
        for (Map<String, String> row : rows) {
            String payload = (row.getOrDefault("tcp.payload", "") + row.getOrDefault("udp.payload", "")).replace(":", "");
            row.put("text", new String(HexFormat.of().parseHex(payload), StandardCharsets.ISO_8859_1));
            boolean http = !row.getOrDefault("http.request.method", "").isEmpty() || !row.getOrDefault("http.response.code", "").isEmpty();
            row.put("head-length", http ? Long.toString(number(row, "tcp.len") - number(row, "http.content_length")) : "");
            row.put("header", row.getOrDefault("websocket.opcode", "").isEmpty() ? ""
                    : Long.toString(number(row, "tcp.len") - number(row, "length")));
            String stream = row.get("tcp.stream");
            String key = row.getOrDefault("http.sec_websocket_key", "");
            String accept = row.getOrDefault("http.sec_websocket_accept", "");
            row.put("accept-due", key.isEmpty() ? "" : accept(key));
            row.put("accept-right", accept.isEmpty() ? "" : accept.equals(due.get(stream)) ? "yes" : "no");
            if (!key.isEmpty()) {
                due.put(stream, accept(key));
            }
        }
    }

    private static long number(Map<String, String> row, String field) {
        String value = row.getOrDefault(field, "");
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    /** RFC 6455 section 4.2.2, once more. */
    private static String accept(String key) throws Exception {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
    }

    static List<Map<String, String>> narrowed(String word, Line line, List<Map<String, String>> left, List<Map<String, String>> all)
            throws LabSyntaxException {
        String field = line.word("a field");
        if (word.equals("same")) {
            String value = left.isEmpty() ? "none" : left.get(0).get(field);
            return new ArrayList<>(all.stream().filter(row -> value.equals(row.get(field))).toList());
        }
        Pattern pattern = Pattern.compile(line.word("a pattern"));
        return new ArrayList<>(left.stream().filter(row -> pattern.matcher(row.getOrDefault(field, "")).find() == word.equals("where")).toList());
    }

    static String match(String value, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(value);
        return matcher.find() ? matcher.group(1) : "";
    }
}
