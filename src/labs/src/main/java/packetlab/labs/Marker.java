package packetlab.labs;

import java.io.IOException;
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
        RIGHT(Phrase.RIGHT), WRONG(Phrase.WRONG), EMPTY(Phrase.EMPTY), UNREADABLE(Phrase.UNREADABLE),
        /** The capture does not tell the answer: it is nobody's fault, and counts for nobody. */
        UNTOLD(Phrase.UNTOLD),
        /** What was to be done was not. */
        UNDONE(Phrase.UNDONE);

        private final Phrase words;

        Result(Phrase words) {
            this.words = words;
        }
    }

    /**
     * @param given   what was answered; empty for nothing
     * @param key     null for UNTOLD
     * @param remarks what is wrong and where to look, for the student; nothing of it gives the answer away
     */
    record Verdict(Question question, Result result, String given, String key, List<String> remarks) {
        /** Result in words of that language. */
        String words(String language) {
            boolean done = result == Result.RIGHT && question.kind() == Question.Kind.DEED;
            return (done ? Phrase.DONE : result.words).in(language);
        }

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
    /** What filters select; null where none can be judged. */
    private final Selection selection;
    private final String language;
    private final Map<String, String> keys;
    private final LabText text;
    private final Variables variables;

    Marker(Lab lab, Script script, String language, Facts facts) throws LabSyntaxException {
        this(lab, script, language, facts, null);
    }

    Marker(Lab lab, Script script, String language, Facts facts, Selection selection) throws LabSyntaxException {
        this.selection = selection;
        this.language = language;
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

    /** @throws IOException where the capture cannot be read for a filter */
    List<Verdict> mark(Answers answers) throws IOException, LabSyntaxException {
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

    private Verdict mark(Question question, String given) throws IOException, LabSyntaxException {
        String key = keys.get(question.id());
        if (question.needs() != null && !"yes".equals(keys.get(question.needs()))) {
            return new Verdict(question, Result.UNDONE, given, null, List.of(Phrase.DO_FIRST.in(language, question.needs())));
        }
        if (key == null) {
            return new Verdict(question, Result.UNTOLD, given, null, List.of());
        }
        if (question.kind() == Question.Kind.DEED) {
            return key.equals("yes") ? new Verdict(question, Result.RIGHT, "", key, List.of())
                    : new Verdict(question, Result.UNDONE, "", key, remarks(question, "yes"));
        }
        if (given.isEmpty()) {
            return new Verdict(question, Result.EMPTY, given, key, List.of());
        }
        if (question.kind() == Question.Kind.FILTER) {
            return filter(question, given, key);
        }
        String read = normal(question, given);
        if (read == null) {
            return new Verdict(question, Result.UNREADABLE, given, key, List.of(Phrase.EXPECTED.in(language,
                    LabSheet.expects(question, language), Texts.cut(given, 40))));
        }
        if (isRight(question, read, normal(question, key))) {
            return new Verdict(question, Result.RIGHT, given, key, List.of());
        }
        return new Verdict(question, Result.WRONG, given, key, remarks(question, read));
    }

    private static boolean isRight(Question question, String read, String key) {
        return read.equals(key) || question.kind() == Question.Kind.NUMBER && question.within() > 0 && key != null
                && Math.abs(Long.parseLong(read) - Long.parseLong(key)) <= question.within();
    }

    /** Any filter that selects the same packets is right. */
    private Verdict filter(Question question, String given, String key) throws IOException, LabSyntaxException {
        List<Long> selected;
        try {
            if (selection == null) {
                return new Verdict(question, Result.UNTOLD, given, key, List.of());
            }
            selected = selection.frames(given);
        } catch (Selection.CannotException e) {
            String why = Texts.cut(e.getMessage(), 300);
            return e.isFault() ? new Verdict(question, Result.UNREADABLE, given, key, List.of(why))
                    : new Verdict(question, Result.UNTOLD, given, key, List.of(Phrase.NO_PCAP.in(language, why)));
        }
        TreeSet<Long> wanted = new TreeSet<>();
        Arrays.stream(key.split("[, ]+")).filter(frame -> !frame.isEmpty()).forEach(frame -> wanted.add(Long.parseLong(frame)));
        TreeSet<Long> tooMuch = new TreeSet<>(selected);
        tooMuch.removeAll(wanted);
        selected.forEach(wanted::remove);
        if (tooMuch.isEmpty() && wanted.isEmpty()) {
            return new Verdict(question, Result.RIGHT, given, key, List.of());
        }
        List<String> remarks = new ArrayList<>();
        remarks.add(Phrase.SELECTS_SO_MANY.in(language, selected.size(), facts.packets()));
        if (!tooMuch.isEmpty()) {
            remarks.add(Phrase.ALSO_SELECTS.in(language, Selection.words(List.copyOf(tooMuch), language)));
        }
        if (!wanted.isEmpty()) {
            remarks.add(Phrase.DOES_NOT_SELECT.in(language, Selection.words(List.copyOf(wanted), language)));
        }
        remarks.add(text.part("hint " + question.id(), variables));
        return new Verdict(question, Result.WRONG, given, key, remarks);
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
            remarks.add(Phrase.ONLY_SO_MANY.in(language, facts.packets()));
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
            String all = String.join(", ", shown);
            remarks.add(frames.size() == 1 ? Phrase.LOOK_AT_ONE.in(language, all)
                    : frames.size() > MOST_FRAMES ? Phrase.LOOK_AT_ON.in(language, all, frames.last())
                    : Phrase.LOOK_AT.in(language, all));
        }
        return remarks;
    }

    /** One spelling of everything that means the same; null where it is not of that kind. */
    static String normal(Question question, String given) {
        String text = given.strip().replaceAll("\\s+", " ");
        return switch (question.kind()) {
            case PACKET, NUMBER -> number(text);
            case FILTER, DEED -> text;
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
