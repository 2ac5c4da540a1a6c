package packetlab.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A question to a capture: {@code tcp.segment where flags = SYN and from = client first raw-sequence}. Rows of one type, of
 * those the ones that meet every condition, and one value of them. {@code $name} in a condition is the value of an earlier
 * fact or key of the same file.
 */
final class Query {
    private static final Set<String> TYPES = new TreeSet<>(Set.of("tcp.open", "tcp.segment", "tcp.finding", "tcp.close",
            "udp.datagram", "icmp.message", "http.request", "http.response", "http.message", "ws.open", "ws.refused",
            "ws.frame", "ws.message", "ws.ping", "ws.pong", "ws.close", "ws.finding", "ws.end", "sockjs.open",
            "sockjs.message", "sockjs.heartbeat", "sockjs.close", "engineio.open", "engineio.ping", "engineio.pong",
            "engineio.upgrade", "engineio.message", "engineio.close", "engineio.noop", "socketio.connect", "socketio.event",
            "socketio.ack", "socketio.disconnect", "socketio.connect-error"));
    private static final Set<String> TAKES = Set.of("first", "last", "nth", "sum", "max", "min", "list", "median");

    private enum Test {
        IS("="), IS_NOT("!="), LESS("<"), MORE(">"), HAS("has");

        private final String word;

        Test(String word) {
            this.word = word;
        }
    }

    private record Condition(String field, Test test, String value) {
        boolean holds(Facts.Row row, Map<String, String> known) {
            String is = row.get(field);
            String wanted = value.startsWith("$") ? known.get(value.substring(1)) : value;
            if (is == null || wanted == null) {
                return test == Test.IS_NOT && wanted != null;
            }
            return switch (test) {
                case IS -> is.equals(wanted);
                case IS_NOT -> !is.equals(wanted);
                case LESS -> compare(is, wanted) < 0;
                case MORE -> compare(is, wanted) > 0;
                case HAS -> List.of(is.split(",")).contains(wanted);
            };
        }

        private static int compare(String a, String b) {
            try {
                return Long.compare(Long.parseLong(a), Long.parseLong(b));
            } catch (NumberFormatException e) {
                return a.compareTo(b);
            }
        }
    }

    /**
     * @param value null where the capture does not tell
     * @param rows  those that it was taken from
     */
    record Answer(String value, List<Facts.Row> rows) {}

    private String constant;
    private String type;
    private final List<Condition> conditions = new ArrayList<>();
    private String take;
    private int nth;
    private String field;
    private String then;
    private Query more;

    private Query() {}

    /** @param valued whether a value is taken, or only rows */
    static Query read(Line line, boolean valued) throws LabSyntaxException {
        Query query = new Query();
        if (valued && line.takes("value")) {
            query.constant = line.word("the value");
        } else {
            query.rows(line);
            if (valued) {
                query.take(line);
            }
        }
        if (valued) {
            query.then = line.takes("plus") ? "plus" : line.takes("minus") ? "minus" : line.takes("over") ? "over" : null;
            if (query.then != null) {
                query.more = read(line, true);
            }
        }
        return query;
    }

    private void rows(Line line) throws LabSyntaxException {
        type = line.word("what to look at: " + String.join(", ", TYPES));
        if (!TYPES.contains(type)) {
            throw new LabSyntaxException(line.source(), line.number(), "one of " + String.join(", ", TYPES), type);
        }
        if (line.takes("where")) {
            do {
                String name = line.name("a field");
                conditions.add(new Condition(name, test(line), line.word("a value")));
            } while (line.takes("and"));
        }
    }

    private static Test test(Line line) throws LabSyntaxException {
        for (Test test : Test.values()) {
            if (line.takes(test.word)) {
                return test;
            }
        }
        throw line.expected("'=', '!=', '<', '>' or 'has'");
    }

    private void take(Line line) throws LabSyntaxException {
        for (String word : new String[] {"count", "any", "none"}) {
            if (line.takes(word)) {
                take = word;
                return;
            }
        }
        for (String word : TAKES) {
            if (line.takes(word)) {
                take = word;
                nth = word.equals("nth") ? (int) line.number("which", 1, 10_000) : 0;
                field = line.name("a field");
                return;
            }
        }
        throw line.expected("'first', 'last', 'nth N', 'list', 'sum', 'median', 'max' or 'min' and a field, or 'count', "
                + "'any' or 'none'");
    }

    /** Whether it gives numbers of packets, each once. */
    boolean listsFrames() {
        return "list".equals(take) && "frame".equals(field) && more == null;
    }

    /** @param known facts and keys of the same file by name */
    Answer ask(Facts facts, Map<String, String> known) {
        if (constant != null) {
            String value = constant.startsWith("$") ? known.get(constant.substring(1)) : constant;
            return combined(new Answer(value, List.of()), facts, known);
        }
        List<Facts.Row> rows = facts.rows().stream()
                .filter(row -> row.type().equals(type) && conditions.stream().allMatch(c -> c.holds(row, known))).toList();
        return take == null ? new Answer(null, rows) : combined(taken(rows), facts, known);
    }

    private Answer taken(List<Facts.Row> all) {
        if (take.equals("count")) {
            return new Answer(Integer.toString(all.size()), all);
        }
        if (take.equals("any") || take.equals("none")) {
            return new Answer(all.isEmpty() == take.equals("none") ? "yes" : "no", all);
        }
        List<Facts.Row> rows = all.stream().filter(row -> row.get(field) != null).toList();
        switch (take) {
            case "first", "last", "nth" -> {
                int at = take.equals("first") ? 0 : take.equals("last") ? rows.size() - 1 : nth - 1;
                return at < 0 || at >= rows.size() ? new Answer(null, List.of())
                        : new Answer(rows.get(at).get(field), List.of(rows.get(at)));
            }
            case "list" -> {
                return new Answer(String.join(", ", rows.stream().map(row -> row.get(field)).distinct().toList()), rows);
            }
            default -> {
                long[] numbers = rows.stream().mapToLong(row -> number(row.get(field))).toArray();
                if (numbers.length == 0 && !take.equals("sum")) {
                    return new Answer(null, List.of());
                }
                if (take.equals("median")) {
                    java.util.Arrays.sort(numbers);
                    return new Answer(Long.toString(numbers[(numbers.length - 1) / 2]), rows);
                }
                long result = 0;
                for (int i = 0; i < numbers.length; i++) {
                    result = take.equals("sum") ? result + numbers[i] : i == 0 ? numbers[i]
                            : take.equals("max") ? Math.max(result, numbers[i]) : Math.min(result, numbers[i]);
                }
                return new Answer(Long.toString(result), rows);
            }
        }
    }

    private Answer combined(Answer first, Facts facts, Map<String, String> known) {
        if (more == null) {
            return first;
        }
        Answer second = more.ask(facts, known);
        List<Facts.Row> rows = new ArrayList<>(first.rows);
        rows.addAll(second.rows);
        if (first.value == null || second.value == null || then.equals("over") && number(second.value) == 0) {
            return new Answer(null, rows);
        }
        long a = number(first.value);
        long b = number(second.value);
        return new Answer(Long.toString(then.equals("plus") ? a + b : then.equals("minus") ? a - b : a / b), rows);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
