package packetlab.labs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Marks the answers to one capture. */
final class Marker {
    /** What becomes of an answer. */
    enum Result {
        RIGHT("right"), WRONG("wrong"), EMPTY("no answer"), UNREADABLE("not readable"),
        /** The capture does not tell the answer: it is nobody's fault, and counts for nobody. */
        UNTOLD("not told by the capture");

        private final String words;

        Result(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * @param given   what was answered; empty for nothing
     * @param key     null for UNTOLD
     * @param remarks what is wrong and where to look, for the student; nothing of it gives the answer away
     */
    record Verdict(Question question, Result result, String given, String key, List<String> remarks) {
        int points() {
            return result == Result.RIGHT ? question.points() : 0;
        }

        int of() {
            return result == Result.UNTOLD ? 0 : question.points();
        }
    }

    private static final int MOST_FRAMES = 8;

    private final Grading grading;
    private final Facts facts;
    private final Map<String, String> keys;
    private final LabText text;
    private final Variables variables;

    Marker(Lab lab, Script script, String language, Facts facts) throws LabSyntaxException {
        this.grading = lab.grading(script);
        this.facts = facts;
        this.keys = grading.keys(facts);
        this.text = lab.text(language);
        this.variables = script.variables();
    }

    List<Question> questions() {
        return grading.questions();
    }

    Map<String, String> keys() {
        return keys;
    }

    List<Verdict> mark(Answers answers) throws LabSyntaxException {
        List<Verdict> verdicts = new ArrayList<>();
        for (Question question : grading.questions()) {
            verdicts.add(mark(question, answers.values().getOrDefault(question.id(), "")));
        }
        return verdicts;
    }

    /** Why that is the answer; for whoever has it, or is told. */
    String why(Question question) throws LabSyntaxException {
        return text.part("why " + question.id(), variables);
    }

    private Verdict mark(Question question, String given) throws LabSyntaxException {
        String key = keys.get(question.id());
        if (key == null) {
            return new Verdict(question, Result.UNTOLD, given, null, List.of());
        }
        if (given.isEmpty()) {
            return new Verdict(question, Result.EMPTY, given, key, List.of());
        }
        String read = normal(question, given);
        if (read == null) {
            return new Verdict(question, Result.UNREADABLE, given, key, List.of("expected " + LabSheet.expects(question)
                    + ", found '" + Texts.cut(given, 40) + "'"));
        }
        if (read.equals(normal(question, key))) {
            return new Verdict(question, Result.RIGHT, given, key, List.of());
        }
        return new Verdict(question, Result.WRONG, given, key, remarks(question, read));
    }

    private List<String> remarks(Question question, String given) throws LabSyntaxException {
        List<String> remarks = new ArrayList<>();
        for (Map.Entry<String, Query> mistake : question.mistakes().entrySet()) {
            String value = mistake.getValue().ask(facts, keys).value();
            if (value != null && given.equals(normal(question, value))) {
                remarks.add(text.part("mistake " + question.id() + " " + mistake.getKey(), variables));
            }
        }
        if (question.kind() == Question.Kind.PACKET && Long.parseLong(given) > facts.packets()) {
            remarks.add("the capture has only " + facts.packets() + " packets");
        }
        remarks.add(text.part("hint " + question.id(), variables));
        Query look = question.look() != null ? question.look() : question.key();
        TreeSet<Long> frames = new TreeSet<>();
        look.ask(facts, keys).rows().forEach(row -> frames.add(row.frame()));
        frames.remove(0L);
        if (question.kind() == Question.Kind.PACKET && frames.size() < 2) {
            return remarks;         // it would be the answer
        }
        if (!frames.isEmpty()) {
            List<String> shown = frames.stream().limit(MOST_FRAMES).map(String::valueOf).toList();
            remarks.add("look at packet" + (frames.size() == 1 ? " " : "s ") + String.join(", ", shown)
                    + (frames.size() > MOST_FRAMES ? " and on, to " + frames.last() : ""));
        }
        return remarks;
    }

    /** One spelling of everything that means the same; null where it is not of that kind. */
    static String normal(Question question, String given) {
        String text = given.strip().replaceAll("\\s+", " ");
        return switch (question.kind()) {
            case PACKET, NUMBER -> number(text);
            case TEXT -> text.replaceAll("^\"(.*)\"$", "$1").toLowerCase(Locale.ROOT);
            case YES_NO -> switch (text.toLowerCase(Locale.ROOT)) {
                case "yes", "y", "예", "네" -> "yes";
                case "no", "n", "아니오", "아니요" -> "no";
                default -> null;
            };
            case CHOICE -> question.choices().stream().filter(choice -> choice.equalsIgnoreCase(text)).findFirst().orElse(null);
            case LIST -> {
                String[] parts = Arrays.stream(text.split("[,; ]+")).filter(p -> !p.isEmpty()).map(Marker::number)
                        .toArray(String[]::new);
                yield Arrays.asList(parts).contains(null) || parts.length == 0 ? text.equalsIgnoreCase("none") ? "" : null
                        : String.join(",", new TreeSet<>(Arrays.asList(parts)));
            }
        };
    }

    private static String number(String text) {
        String digits = text.replaceAll("^#", "").replaceAll("(?<=\\d)[,_' ](?=\\d{3}(\\D|$))", "");
        if (digits.matches("0[xX][0-9a-fA-F]{1,12}")) {
            return Long.toString(Long.parseLong(digits.substring(2), 16));
        }
        return digits.matches("-?[0-9]{1,18}") ? Long.toString(Long.parseLong(digits)) : null;
    }
}
