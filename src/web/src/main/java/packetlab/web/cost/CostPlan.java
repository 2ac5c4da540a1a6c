package packetlab.web.cost;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was planned on one server's port. A recording tells it in a comment, before the first packet that it is about, so
 * that the same figures come out of the file.
 *
 * @param transport  such as {@code sockjs-xhr-polling}
 * @param port       the server's
 * @param clients    that are connected
 * @param messages   of each client; 0 for none, as long as {@code durationNs}
 * @param size       octets of each text
 * @param beginNs    of the time without messages, in nanoseconds since the epoch; 0 where there are messages
 * @param durationNs of it
 */
public record CostPlan(String transport, int port, int clients, int messages, int size, long beginNs, long durationNs) {
    private static final Pattern COMMENT = Pattern.compile("packetlab cost: port (\\d{1,5}), ([a-z0-9-]{1,40}), "
            + "(\\d{1,6}) clients, (?:(\\d{1,7}) messages of (\\d{1,7}) octets each"
            + "|no messages for (\\d{1,18}) ns from (\\d{1,19}) on)");

    /** Of messages that go out and come back. */
    public static CostPlan load(String transport, int port, int clients, int messages, int size) {
        return new CostPlan(transport, port, clients, messages, size, 0, 0);
    }

    /** Of a time in which nobody says anything. */
    public static CostPlan idle(String transport, int port, int clients, long beginNs, long durationNs) {
        return new CostPlan(transport, port, clients, 0, 0, beginNs, durationNs);
    }

    public boolean isIdle() {
        return messages == 0;
    }

    /** As a recording tells it. */
    public String comment() {
        String what = isIdle() ? "no messages for " + durationNs + " ns from " + beginNs + " on"
                : messages + " messages of " + size + " octets each";
        return "packetlab cost: port " + port + ", " + transport + ", " + clients + " clients, " + what;
    }

    /** What a comment tells; null where it tells something else. */
    public static CostPlan of(String comment) {
        Matcher m = COMMENT.matcher(comment);
        if (!m.matches()) {
            return null;
        }
        try {
            int port = Integer.parseInt(m.group(1));
            int clients = Integer.parseInt(m.group(3));
            return m.group(4) == null
                    ? idle(m.group(2), port, clients, Long.parseLong(m.group(7)), Long.parseLong(m.group(6)))
                    : load(m.group(2), port, clients, Integer.parseInt(m.group(4)), Integer.parseInt(m.group(5)));
        } catch (NumberFormatException e) {     // 19 digits can be too many
            return null;
        }
    }
}
