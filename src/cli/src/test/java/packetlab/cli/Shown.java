package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a demo showed as NDJSON when it was played here, inside this JVM, with its capture. */
record Shown(List<JsonNode> events) {
    /** Plays it to its end; fails where it does, or where a call lacks what every call has. */
    static Shown of(String demo, String... options) {
        String[] line = Stream.concat(Stream.of("demo", demo, "--json"), Stream.of(options)).toArray(String[]::new);
        Run run = Run.of(line);
        assertEquals(ExitStatus.DONE, run.status(), demo + ": " + run.err());
        assertEquals("", run.err(), demo);
        Shown shown = new Shown(Ndjson.events(run.out()));
        assertEquals("end", Ndjson.event(shown.events.get(shown.events.size() - 1)));
        for (JsonNode call : shown.all("call")) {
            assertTrue(time(call).compareTo(new BigDecimal(call.get("endTime").stringValue())) <= 0, call.toString());
            assertEquals(ProcessHandle.current().pid(), call.get("pid").asLong());
            assertTrue(call.get("tid").asLong() > 0 && call.has("from"), call.toString());
        }
        return shown;
    }

    List<JsonNode> all(String event) {
        return events.stream().filter(e -> Ndjson.event(e).equals(event)).toList();
    }

    /** The calls of one side by that name, in the order in which they returned. */
    List<JsonNode> calls(String side, String call) {
        return all("call").stream().filter(c -> is(c, "from", side) && is(c, "call", call)).toList();
    }

    /** The names of one side's calls in the order in which they were entered. */
    List<String> names(String side) {
        return all("call").stream().filter(c -> is(c, "from", side))
                .sorted((a, b) -> time(a).compareTo(time(b))).map(c -> c.get("call").stringValue()).toList();
    }

    /** Octets that one side's successful calls of that name carried. */
    long octets(String side, String call) {
        return calls(side, call).stream().filter(c -> !c.has("errno")).mapToLong(c -> c.get("length").asLong()).sum();
    }

    /** The first call of that name that failed so, or a failed test. */
    JsonNode failed(String side, String call, String errno) {
        return calls(side, call).stream().filter(c -> is(c, "errno", errno)).findFirst()
                .orElseThrow(() -> new AssertionError(side + " " + call + " did not fail with " + errno + ": " + this));
    }

    long findings(String kind, String from) {
        return all("tcp.finding").stream().filter(f -> is(f, "kind", kind) && is(f, "from", from)).count();
    }

    /** Segments of one side in one connection. */
    List<JsonNode> segments(long stream, String from, Predicate<JsonNode> which) {
        return all("tcp.segment").stream()
                .filter(s -> s.get("stream").asLong() == stream && is(s, "from", from) && which.test(s)).toList();
    }

    static Predicate<JsonNode> has(String flag) {
        return segment -> segment.get("flags").toString().contains("\"" + flag + "\"");
    }

    static boolean carries(JsonNode segment) {
        return segment.get("length").asLong() > 0;
    }

    /** Whether a note says that. */
    boolean says(String pattern) {
        return all("note").stream().anyMatch(n -> n.get("text").stringValue().matches(pattern));
    }

    /** The first number behind these words in a note. */
    long number(String words) {
        for (JsonNode note : all("note")) {
            String text = note.get("text").stringValue();
            if (text.contains(words)) {
                return Long.parseLong(text.substring(text.indexOf(words) + words.length()).strip().split("\\D+", 2)[0]);
            }
        }
        throw new AssertionError("nobody says '" + words + "': " + all("note"));
    }

    long end(String field) {
        return events.get(events.size() - 1).get(field).asLong();
    }

    static boolean is(JsonNode event, String field, String value) {
        return event.has(field) && event.get(field).stringValue().equals(value);
    }

    static BigDecimal time(JsonNode event) {
        return new BigDecimal(event.get("time").stringValue());
    }

    static BigDecimal endTime(JsonNode call) {
        return new BigDecimal(call.get("endTime").stringValue());
    }
}
