package packetlab.labs;

import java.util.List;

/** What a student gets to read and to fill in, and a lab's page for the terminal. */
public final class LabSheet {
    private LabSheet() {}

    /** The handbook page as text: with the values of an example. */
    public static String page(Lab lab, String language) throws LabSyntaxException {
        Script script = lab.script(0);
        LabText text = lab.text(language);
        StringBuilder out = new StringBuilder(heading(text, language));
        out.append(text.part("story", script.variables())).append("\n\n");
        questions(out, text, lab.grading(script), script.variables());
        return out.append(korean(language) ? "시작: " : "Begin with:   ").append("packetlab lab start ").append(lab.name())
                .append(" --student ID\n").toString();
    }

    static boolean korean(String language) {
        return language.equals("ko");
    }

    private static String heading(LabText text, String language) {
        return text.title() + "\n" + text.summary() + "\n" + (korean(language) ? text.minutes() + "분 · 읽을거리: "
                : text.minutes() + " minutes · reading: ") + text.reading() + "\n\n";
    }

    static String questions(Lab lab, Grading grading, Variables variables, String language, String student)
            throws LabSyntaxException {
        LabText text = lab.text(language);
        StringBuilder out = new StringBuilder(heading(text, language));
        out.append(text.part("story", variables)).append("\n\n");
        questions(out, text, grading, variables);
        String check = "packetlab lab check " + lab.name() + " " + RunFolder.ANSWERS;
        out.append(korean(language)
                ? "답은 " + RunFolder.ANSWERS + "에 각 콜론 뒤에 적고, 이 폴더에서 다음과 같이 확인하세요.\n\n    " + check + "\n"
                : "Write your answers into " + RunFolder.ANSWERS + ", each behind its colon, and try them in this folder with\n\n    "
                        + check + "\n");
        return out.append("\n(").append(lab.name()).append(", ").append(student).append(")\n").toString();
    }

    private static void questions(StringBuilder out, LabText text, Grading grading, Variables variables)
            throws LabSyntaxException {
        int number = 0;
        for (Question question : grading.questions()) {
            out.append(++number).append(". ").append(question.id());
            if (question.points() > 1) {
                out.append(" (").append(question.points()).append(" points)");
            }
            out.append("\n   ").append(text.part("question " + question.id(), variables).replace("\n", "\n   ")).append("\n\n");
        }
    }

    static String answers(Lab lab, Grading grading, String student) {
        StringBuilder out = new StringBuilder("# Answers of " + student + " to " + lab.name()
                + ". Write each behind its colon; lines that begin with # are notes of your own.\n");
        for (Question question : grading.questions()) {
            out.append("\n# ").append(expects(question)).append('\n').append(question.id()).append(": \n");
        }
        return out.toString();
    }

    static String expects(Question question) {
        List<String> choices = question.choices();
        return choices.isEmpty() ? question.kind().words() : "one of " + String.join(", ", choices);
    }

}
