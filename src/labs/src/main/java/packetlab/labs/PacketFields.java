package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import packetlab.wire.Dissector;
import packetlab.wire.Net;

/**
 * Fields of a row that no event tells, taken from its packet: when it came, what it carries, and how long after the same
 * payload went the other way (which is how long an echo took). One thread.
 */
final class PacketFields {
    private static final int LONGEST_TEXT = 2_000, LONGEST_ECHO = 2_000, MOST_ECHOES = 20_000;
    private static final long MS = 1_000_000;

    private final Map<String, Long> sent = new HashMap<>();
    private long firstNs = Long.MIN_VALUE;

    /** To be told of each packet before its row is filled in. */
    void packet(long timeNs) {
        if (firstNs == Long.MIN_VALUE) {
            firstNs = timeNs;
        }
    }

    void fill(Facts.Row row, Dissector d, long timeNs) {
        row.with("time-ms", (timeNs - firstNs) / MS);
        if (d.ipVersion() == 4) {
            row.with("ttl", d.ip4().timeToLive());
        }
        switch (d.result()) {
            case TCP -> payload(row, d.tcp().array(), d.tcp().payloadOffset(), d.tcp().payloadCapturedLength(),
                    d.tcp().sourcePort(), d.tcp().destinationPort(), timeNs);
            case UDP -> payload(row, d.udp().array(), d.udp().payloadOffset(), d.udp().payloadCapturedLength(),
                    d.udp().sourcePort(), d.udp().destinationPort(), timeNs);
            case ICMP -> {
                int at = d.icmp().bodyOffset();
                int octets = d.icmp().bodyCapturedLength();
                if (octets >= 0 && (d.icmp().type() == 8 || d.icmp().type() == 0)) {       // RFC 792: echo and its reply
                    row.with("identifier", Net.u16(d.icmp().array(), at - 4))
                            .with("sequence", Net.u16(d.icmp().array(), at - 2)).with("length", octets);
                    row.with("payload", text(d.icmp().array(), at, octets));
                }
            }
            default -> { }
        }
    }

    private void payload(Facts.Row row, byte[] a, int at, int octets, int from, int to, long timeNs) {
        if (octets <= 0) {
            return;
        }
        row.with("payload", text(a, at, octets));
        String content = octets > LONGEST_ECHO ? null : new String(octets(a, at, octets), StandardCharsets.ISO_8859_1);
        if (content != null) {
            Long since = sent.get(to + " " + from + " " + content);
            if (since != null) {
                row.with("echo-ms", (timeNs - since) / MS);
            } else if (sent.size() < MOST_ECHOES) {
                sent.putIfAbsent(from + " " + to + " " + content, timeNs);
            }
        }
    }

    private static String text(byte[] a, int at, int octets) {
        return new String(octets(a, at, Math.min(octets, LONGEST_TEXT)), StandardCharsets.UTF_8);
    }

    private static byte[] octets(byte[] a, int at, int octets) {
        return Arrays.copyOfRange(a, at, at + octets);
    }
}
