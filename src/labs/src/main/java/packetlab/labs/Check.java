package packetlab.labs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a student is told of the answers so far: right, wrong and why, without the answers themselves unless asked for. */
public final class Check {
    /**
     * @param lines    for the terminal
     * @param trouble  lines of the answers' file that could not be read
     * @param complete whether every answer is right
     */
    public record Report(List<String> lines, List<String> trouble, boolean complete) {}

    private Check() {}

    /**
     * @param answers the file; its folder has the capture and the run
     * @param lab     the one that the run is of
     * @throws IOException where the folder is not that of a run, or its capture is not the run's
     */
    public static Report of(Lab lab, Path answers, RunFolder.Run run, RunFolder folder, String language, boolean reveal)
            throws IOException, LabSyntaxException {
        if (!Course.same(folder.captureHash(), run.capture())) {
            throw new IOException(Phrase.NOT_THIS_CAPTURE.in(language, folder.file(RunFolder.CAPTURE), lab.name()));
        }
        if (!folder.hasActsOf(run)) {
            throw new IOException(Phrase.NOT_THESE_ACTS.in(language, folder.file(RunFolder.ACTS)));
        }
        Facts facts = folder.facts();
        Marker marker = new Marker(lab, lab.script(run.seed()), language, facts, folder.selection());
        Answers given = Answers.read(answers.toString(), Texts.read(answers), marker.questions(), language);
        List<String> lines = new ArrayList<>();
        int points = 0;
        int of = 0;
        boolean complete = true;
        boolean undone = false;
        for (Marker.Verdict verdict : marker.mark(given)) {
            boolean right = verdict.result() == Marker.Result.RIGHT;
            complete &= right || verdict.result() == Marker.Result.UNTOLD && verdict.question().kind() != Question.Kind.FILTER;
            undone |= verdict.result() == Marker.Result.UNDONE;
            points += verdict.points();
            of += verdict.of();
            String answer = verdict.given().isEmpty() ? "" : "   " + Texts.cut(verdict.given(), 60);
            lines.add(Texts.padded(verdict.words(language), 14) + " " + verdict.question().id() + answer);
            for (String remark : verdict.remarks()) {
                lines.add(indented(remark));
            }
            if (reveal && verdict.key() != null) {
                lines.add(indented((right ? "" : Phrase.ANSWER.in(language, verdict.key()) + "\n") + marker.why(verdict.question())));
            } else if (right) {
                lines.add(indented(marker.why(verdict.question())));
            }
        }
        lines.add("");
        if (undone) {
            lines.add(Phrase.DO_AGAIN.in(language, "packetlab lab start " + lab.name() + " --student " + run.student()));
        }
        lines.add(Phrase.POINTS_OF.in(language, points, of));
        return new Report(lines, given.trouble(), complete);
    }

    private static String indented(String text) {
        return "               " + text.strip().replace("\n", "\n               ");
    }
}
