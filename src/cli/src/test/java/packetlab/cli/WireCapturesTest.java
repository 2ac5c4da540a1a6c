package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the decoder says of real kernels behind a wire, against what the wire itself says that it did. */
class WireCapturesTest {
    private static Shown read(String capture) {
        Run run = Run.of("read", "--json", "-v", Samples.OURS.resolve(capture + ".pcapng").toString());
        assertEquals(ExitStatus.DONE, run.status(), run.err());
        return new Shown(Ndjson.events(run.out()));
    }

    /** Packets on which the wire's comment begins so. */
    private static Set<Long> commented(Shown shown, String words) {
        return shown.all("comment").stream().filter(c -> c.get("text").stringValue().startsWith(words))
                .map(c -> c.get("frame").asLong()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Long> found(Shown shown, String kindsEnd) {
        return shown.all("tcp.finding").stream().filter(f -> f.get("kind").stringValue().endsWith(kindsEnd))
                .map(f -> f.get("frame").asLong()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> messages(Shown shown, String from) {
        return shown.all("ws.message").stream().filter(m -> Shown.is(m, "from", from))
                .map(m -> m.get("text").stringValue()).toList();
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.get("from").equals(other.get("from")) && one.get("sequence").equals(other.get("sequence"))
                && one.get("length").equals(other.get("length"));
    }

    @Test
    void behindLossNoFrameIsLostOrInvented() {
        Shown shown = read("wire-loss");
        List<String> six = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            six.add("message " + i);
        }
        assertEquals(six, messages(shown, "client"));
        assertEquals(six, messages(shown, "server"));
        assertFalse(commented(shown, "dropped by the wire").isEmpty());
    }

    @Test
    void eachLostSegmentOfDataIsRepairedByARetransmissionThatIsFound() {
        for (String capture : List.of("wire-loss", "wire-script", "wire-rate")) {
            Shown shown = read(capture);
            Set<Long> again = found(shown, "retransmission");
            List<JsonNode> segments = shown.all("tcp.segment");
            for (long dropped : commented(shown, "dropped by the wire")) {
                JsonNode lost = segments.stream().filter(s -> s.get("frame").asLong() == dropped).findFirst().orElseThrow();
                if (Shown.carries(lost) && capture.equals("wire-rate")) {
                    continue;       // a long message is cut anew when it is repeated
                }
                if (Shown.carries(lost)) {
                    assertTrue(segments.stream().anyMatch(s -> s.get("frame").asLong() > dropped && same(s, lost)
                            && again.contains(s.get("frame").asLong())), capture + ": nobody repairs " + lost);
                }
            }
        }
    }

    @Test
    void whatWasReorderedComesOutOfOrderAndWhatWasDuplicatedTwice() {
        assertFalse(found(read("wire-reorder"), "out-of-order").isEmpty());
        assertFalse(found(read("wire-swap"), "out-of-order").isEmpty());
        assertEquals(8, messages(read("wire-reorder"), "client").size());
        Shown twice = read("wire-duplicate");
        assertFalse(found(twice, "spurious-retransmission").isEmpty() && found(twice, "retransmission").isEmpty());
        assertFalse(found(twice, "d-sack").isEmpty());
        assertEquals(6, messages(twice, "server").size());
    }

    @Test
    void anOverlapIsReadOnceAndAConflictIsSaid() {
        Shown overlap = read("wire-overlap");
        assertEquals(List.of("the first arrives, its acknowledgment does not", "the second does not arrive"),
                messages(overlap, "client"));
        assertTrue(found(overlap, "overlap-conflict").isEmpty());
        Shown conflict = read("wire-conflict");
        assertFalse(found(conflict, "overlap-conflict").isEmpty());
        assertTrue(conflict.all("tcp.segment").stream().noneMatch(s -> Shown.is(s, "checksum", "bad")));
    }

    @Test
    void aCorruptedPacketHasABadChecksumAndIsRepeated() {
        Shown shown = read("wire-corrupt");
        assertFalse(shown.all("tcp.segment").stream().noneMatch(s -> Shown.is(s, "checksum", "bad")));
        assertFalse(found(shown, "retransmission").isEmpty());
    }
}
