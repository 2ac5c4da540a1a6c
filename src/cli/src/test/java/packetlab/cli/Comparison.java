package packetlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts where two readers agree, and holds their disagreements against the settled ones: lines of {@code capture,
 * packets, subject, theirs, ours, reason}, separated by tabs. Packets are numbers with commas between them, or {@code *}
 * for any; a reason is the short name of a line that begins with {@code =} and says who is right and why.
 */
final class Comparison {
    private static final int COLUMNS = 6;
    private static final long ANY_PACKET = 0;

    private record Difference(String capture, long packet, String subject, String theirs, String ours) {}

    private final String settledName;
    private final String peer;
    private final Map<Difference, String> settled = new HashMap<>();
    private final Map<String, String> reasons = new TreeMap<>();
    private final Map<String, long[]> counts = new TreeMap<>();
    private final Map<String, Long> usedReasons = new TreeMap<>();
    private final List<Difference> unsettled = new ArrayList<>();
    private final Map<Difference, String> unused;

    /** @param settledName the resource beside this class */
    Comparison(String settledName, String peer) throws IOException {
        this.settledName = settledName;
        this.peer = peer;
        try (InputStream in = Comparison.class.getResourceAsStream(settledName)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                read(line);
            }
        }
        unused = new HashMap<>(settled);
    }

    private void read(String line) {
        if (line.startsWith("=")) {
            String[] reason = line.substring(1).strip().split("\t", 2);
            reasons.put(reason[0], reason[1]);
        } else if (!line.isBlank() && !line.startsWith("#")) {
            String[] c = line.split("\t", -1);
            if (c.length != COLUMNS || !reasons.containsKey(c[COLUMNS - 1])) {
                throw new AssertionError(settledName + ": a line with another form, or without its reason: " + line);
            }
            for (String packet : c[1].split(",")) {
                settled.put(new Difference(c[0], packet.equals("*") ? ANY_PACKET : Long.parseLong(packet), c[2], c[3],
                        c[4]), c[5]);
            }
        }
    }

    /** Compares one thing about one packet. */
    void compare(String capture, long packet, String subject, String theirs, String ours) {
        long[] count = counts.computeIfAbsent(subject, s -> new long[3]);
        if (theirs.equals(ours)) {
            count[0]++;
            return;
        }
        Difference difference = new Difference(capture, packet, subject, theirs, ours);
        Difference known = settled.containsKey(difference) ? difference
                : new Difference(capture, ANY_PACKET, subject, theirs, ours);
        String reason = settled.get(known);
        if (reason == null) {
            count[2]++;
            unsettled.add(difference);
        } else {
            count[1]++;
            usedReasons.merge(reason, 1L, Long::sum);
            unused.remove(known);
        }
    }

    /** What was counted, the settled reasons and every disagreement that is not settled, as a table. */
    String table() {
        StringBuilder text = new StringBuilder(String.format("%-28s %10s %10s %10s%n", "with " + peer, "agree",
                "settled", "open"));
        counts.forEach((subject, n) -> text.append(String.format("%-28s %,10d %,10d %,10d%n", subject, n[0], n[1], n[2])));
        usedReasons.forEach((reason, n) -> text.append(String.format("  settled %,5d  %s: %s%n", n, reason,
                reasons.get(reason))));
        for (Difference d : unsettled) {
            text.append(String.join("\t", d.capture, String.valueOf(d.packet), d.subject, d.theirs, d.ours, "?"))
                    .append(System.lineSeparator());
        }
        return text.toString();
    }

    /** Fails where a disagreement is new, or where a settled one is no more: then its line must go. */
    void check() {
        if (!unsettled.isEmpty()) {
            throw new AssertionError(unsettled.size() + " disagreements with " + peer + " are not settled in "
                    + settledName + ", first: " + unsettled.get(0));
        }
    }

    /** Fails where a settled disagreement was not met again among the captures that were compared. */
    void checkAllMet() {
        if (!unused.isEmpty()) {
            throw new AssertionError(settledName + " settles what is no disagreement any more: " + unused.keySet());
        }
    }
}
