package packetlab.labs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a capture tells, as rows: one for each segment, datagram, ICMP message, finding, connection, HTTP message, WebSocket
 * event, and what is framed inside. The fields of a row have names and values as text; {@code lab format} lists them.
 *
 * @param packets how many the capture has
 * @param damage  why reading stopped before the end, or null
 */
record Facts(List<Row> rows, long packets, String damage) {
    /** @param frame the number of its packet */
    record Row(String type, long frame, Map<String, String> fields) {
        Row(String type, long frame) {
            this(type, frame, new LinkedHashMap<>());
            fields.put("frame", Long.toString(frame));
        }

        Row with(String name, Object value) {
            if (value != null && !value.equals(-1L) && !value.equals(-1)) {
                fields.put(name, value.toString());
            }
            return this;
        }

        /** Characters that its values have together. */
        long size() {
            return fields.values().stream().mapToLong(String::length).sum();
        }

        String get(String field) {
            return fields.get(field);
        }
    }
}
