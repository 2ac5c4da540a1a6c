package packetlab.labs;

import java.util.List;
import java.util.Map;

/** What a student gets to read and to fill in, and a lab's page for the terminal. */
public final class LabSheet {
    private LabSheet() {}

    /** The handbook page as text: with the values of an example. */
    public static String page(Lab lab, String language) throws LabSyntaxException {
        Script script = lab.script(0);
        LabText text = lab.text(language);
        StringBuilder out = new StringBuilder(heading(text, language));
        story(out, text, script);
        questions(out, text, lab.grading(script), script.variables(), language);
        return out.append(Phrase.WHAT_TO_DO.in(language)).append("\n\n").append(Phrase.STEPS.in(language, lab.name())).append('\n')
                .toString();
    }

    private static String heading(LabText text, String language) {
        return text.title() + "\n" + text.summary() + "\n" + Phrase.MINUTES_READING.in(language, text.minutes(), text.reading())
                + "\n\n";
    }

    static String questions(Lab lab, Grading grading, Script script, String language, String student)
            throws LabSyntaxException {
        LabText text = lab.text(language);
        StringBuilder out = new StringBuilder(heading(text, language));
        story(out, text, script);
        questions(out, text, grading, script.variables(), language);
        String check = "packetlab lab check " + lab.name() + " " + RunFolder.ANSWERS;
        out.append(Phrase.WRITE_ANSWERS.in(language, RunFolder.ANSWERS, check)).append('\n');
        return out.append("\n(").append(lab.name()).append(", ").append(student).append(")\n").toString();
    }

    private static void story(StringBuilder out, LabText text, Script script) throws LabSyntaxException {
        out.append(text.part("story", script.variables())).append("\n\n");
        for (Step.Act act : script.acts()) {
            out.append(text.part("act " + act.name(), script.variables())).append("\n\n");
        }
    }

    private static void questions(StringBuilder out, LabText text, Grading grading, Variables variables,
                                  String language) throws LabSyntaxException {
        int number = 0;
        for (Question question : grading.questions()) {
            out.append(++number).append(". ").append(question.id());
            if (question.points() > 1) {
                out.append(" (").append(Phrase.POINTS.in(language, question.points())).append(')');
            }
            out.append("\n   ").append(text.part("question " + question.id(), variables).replace("\n", "\n   ")).append("\n\n");
        }
    }

    /** @param begun answers that are there already, by question */
    static String answers(Lab lab, Grading grading, String student, String language, Map<String, String> begun) {
        StringBuilder out = new StringBuilder(Phrase.ANSWERS_HEAD.in(language, student, lab.name())).append('\n');
        for (Question question : grading.questions()) {
            if (question.kind() != Question.Kind.DEED) {
                out.append("\n# ").append(expects(question, language)).append('\n').append(question.id()).append(": ")
                        .append(begun.getOrDefault(question.id(), "")).append('\n');
            }
        }
        return out.toString();
    }

    /** For a column of a terminal, where Hangul is two wide. */
    public static String padded(String text, int columns) {
        return Texts.padded(text, columns);
    }

    static String expects(Question question, String language) {
        List<String> choices = question.choices();
        return choices.isEmpty() ? question.kind().words().in(language) : Phrase.ONE_OF.in(language, String.join(", ", choices));
    }

}
