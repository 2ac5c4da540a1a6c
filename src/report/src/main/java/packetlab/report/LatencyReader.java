package packetlab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.event.LatencyEvent.Result;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads results back from NDJSON: {@code latency.result} and {@code latency.host}; other lines are passed over. */
public final class LatencyReader {
    private static final long LARGEST = 64 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double NS_PER_US = 1e3;

    private final List<Result> results = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    private LatencyReader() {}

    /** @throws IOException where the file cannot be read, is larger than 64 MB, or has a line that is no JSON object */
    public static LatencyReader read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + ": is larger than 64 MB");
        }
        LatencyReader reader = new LatencyReader();
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (text.isBlank()) {
                continue;
            }
            try {
                reader.line(text);
            } catch (JacksonException e) {
                throw new IOException(file + ": line " + line + " is no JSON object");
            }
        }
        return reader;
    }

    private void line(String text) {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> inner = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new NoObject();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("facts")) {
                    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                        String fact = json.currentName();
                        json.nextToken();
                        inner.put(fact, json.getString());
                    }
                } else if (value.isScalarValue()) {
                    fields.put(name, json.getString());
                } else {
                    json.skipChildren();
                }
            }
        }
        if ("latency.host".equals(fields.get("event"))) {
            facts.putAll(inner);
        } else if ("latency.result".equals(fields.get("event"))) {
            results.add(result(fields));
        }
    }

    private static Result result(Map<String, String> f) {
        return new Result(Event.NO_TIME, number(f, "row"), f.getOrDefault("tool", "packetlab"),
                f.getOrDefault("transport", ""), f.getOrDefault("mode", ""), f.get("countsFrom"), number(f, "size"),
                number(f, "rate"), f.get("waits"), f.get("cpus"), f.get("remark"), number(f, "rounds"), number(f, "count"),
                number(f, "lost"), number(f, "duplicated"), number(f, "reordered"), ns(f, "minUs"), ns(f, "p50Us"),
                ns(f, "p90Us"), ns(f, "p99Us"), ns(f, "p999Us"), ns(f, "maxUs"), ns(f, "madUs"), ns(f, "cpuUs"),
                ns(f, "spreadUs"));
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            return fields.containsKey(name) ? Long.parseLong(fields.get(name)) : Event.UNKNOWN;
        } catch (NumberFormatException e) {
            return Event.UNKNOWN;
        }
    }

    private static long ns(Map<String, String> fields, String name) {
        try {
            return fields.containsKey(name) ? Math.round(Double.parseDouble(fields.get(name)) * NS_PER_US) : Event.UNKNOWN;
        } catch (NumberFormatException e) {
            return Event.UNKNOWN;
        }
    }

    public List<Result> results() {
        return results;
    }

    /** The row of the same setting, or null. */
    public Result like(Result row) {
        return results.stream().filter(r -> LatencyTable.same(r, row)).findFirst().orElse(null);
    }

    /** Of the machine. */
    public Map<String, String> facts() {
        return facts;
    }

    private static final class NoObject extends JacksonException {
        private static final long serialVersionUID = 1;

        NoObject() {
            super("no object");
        }
    }
}
