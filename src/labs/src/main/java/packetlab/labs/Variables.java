package packetlab.labs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What varies from student to student: each variable is drawn from the seed and its own name, so that a new one changes no
 * other, and the same seed gives the same values on every machine.
 */
final class Variables {
    private static final int MAX_TEXT = 2_000;
    private final long seed;
    private final Map<String, String> values = new LinkedHashMap<>();

    Variables(long seed) {
        this.seed = seed;
    }

    Variables(Variables other) {
        this(other.seed);
        values.putAll(other.values);
    }

    /** Reads what stands behind {@code let}. */
    void define(Line line) throws LabSyntaxException {
        String name = line.name("the variable's name");
        if (values.containsKey(name)) {
            throw new LabSyntaxException(line.source(), line.number(), "a variable that is not there yet", name);
        }
        if (line.takes("number")) {
            long least = line.number("the least value", 0, 1L << 40);
            values.put(name, Long.toString(least + draw(name, line.number("the greatest value", least, 1L << 40) - least + 1)));
        } else if (line.takes("one-of")) {
            List<String> choices = choices(line, 1);
            values.put(name, choices.get((int) draw(name, choices.size())));
        } else if (line.takes("letters")) {
            int count = (int) line.number("how many", 1, MAX_TEXT);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                text.append((char) ('a' + draw(name + i, 26)));
            }
            values.put(name, text.toString());
        } else if (line.takes("sum")) {
            long sum = 0;
            while (!line.atEnd()) {
                sum += line.number("a number", -(1L << 40), 1L << 40);
            }
            values.put(name, Long.toString(sum));
        } else if (line.takes("pick")) {
            int which = (int) line.number("which", 1, 200);
            values.put(name, choices(line, which).get(which - 1));
        } else if (line.takes("product")) {
            long product = line.number("a number", 0, 1L << 30) * line.number("a number", 0, 1L << 30);
            values.put(name, Long.toString(product));
        } else {
            throw line.expected("'number', 'one-of', 'letters', 'pick', 'sum' or 'product'");
        }
        line.end();
    }

    private static List<String> choices(Line line, int least) throws LabSyntaxException {
        List<String> choices = new ArrayList<>();
        while (!line.atEnd()) {
            choices.add(line.word("a choice"));
        }
        if (choices.size() < least) {
            throw line.expected(least == 1 ? "a choice" : least + " choices");
        }
        return choices;
    }

    void set(String name, String value) {
        values.put(name, value);
    }

    /** From 0 to {@code bound - 1}. */
    private long draw(String name, long bound) {
        long hash = mix(seed);
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash ^ name.charAt(i));
        }
        return Long.remainderUnsigned(mix(hash + 0x9E37_79B9_7F4A_7C15L), bound);
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /**
     * Puts values in the place of {@code {name}}, and {@code 3rd} in that of {@code {name:th}}. A brace that no letter
     * follows is a brace: of JSON, perhaps.
     */
    String fill(String text, String source, int line) throws LabSyntaxException {
        if (text.indexOf('{') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            if (open + 1 < text.length() && !Character.isLetter(text.charAt(open + 1))) {
                out.append(text, at, open + 1);
                at = open + 1;
                continue;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new LabSyntaxException(source, line, "'}' behind the variable's name", text.substring(open));
            }
            String name = text.substring(open + 1, close);
            boolean ordinal = name.endsWith(":th");
            String value = values.get(ordinal ? name.substring(0, name.length() - 3) : name);
            if (value == null || ordinal && !value.matches("[0-9]{1,9}")) {
                throw new LabSyntaxException(source, line, "a variable (" + String.join(", ", values.keySet()) + ")", name);
            }
            out.append(text, at, open).append(ordinal ? ordinal(value) : value);
            at = close + 1;
        }
        return out.append(text.substring(at)).toString();
    }

    private static String ordinal(String number) {
        boolean teen = number.length() > 1 && number.charAt(number.length() - 2) == '1';
        return number + (teen ? "th" : switch (number.charAt(number.length() - 1)) {
            case '1' -> "st";
            case '2' -> "nd";
            case '3' -> "rd";
            default -> "th";
        });
    }

    Map<String, String> values() {
        return Map.copyOf(values);
    }
}
