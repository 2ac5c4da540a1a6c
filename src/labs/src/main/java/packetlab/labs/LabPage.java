package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import packetlab.report.TimelinePicture;
import packetlab.timeline.JoinedRun;

/** A lab's page of the handbook as HTML that prints well, with the picture of an example run. */
public final class LabPage {
    private LabPage() {}

    /** @param example what {@link LabRun#play} drew with seed 0; null for a page without a picture */
    public static String html(Lab lab, String language, JoinedRun example) throws LabSyntaxException {
        LabText text = lab.text(language);
        Script script = lab.script(0);
        StringBuilder out = new StringBuilder(ClassPages.head(text.title(), lab.speaks(language) ? language : Lab.ENGLISH));
        out.append("<h1>").append(Texts.html(text.title())).append("</h1>\n<p>").append(Texts.html(text.summary())).append("<br>")
                .append(Texts.html(Phrase.MINUTES_READING.in(language, text.minutes(), text.reading()))).append("</p>\n");
        paragraphs(out, text.part("story", script.variables()));
        out.append("<h2>").append(Phrase.WHAT_TO_DO.in(language)).append("</h2>\n");
        paragraphs(out, Phrase.STEPS.in(language, lab.name()));
        for (Step.Act act : script.acts()) {
            paragraphs(out, text.part("act " + act.name(), script.variables()));
        }
        out.append("<h2>").append(Phrase.QUESTIONS.in(language)).append("</h2>\n<ol>\n");
        for (Question question : lab.grading(script).questions()) {
            out.append("<li>").append(Texts.html(text.part("question " + question.id(), script.variables()))).append(" <code>")
                    .append(Texts.html(question.id())).append("</code></li>\n");
        }
        out.append("</ol>\n");
        if (example != null && !example.packets().isEmpty()) {
            String svg = TimelinePicture.svg(example, new TimelinePicture.Caption(text.title(),
                    List.of(Phrase.YOURS_DIFFERS.in(language), Phrase.PACKETS.in(language, example.packets().size()))));
            out.append("<h2>").append(Phrase.AN_EXAMPLE.in(language)).append("</h2>\n<img alt=\"\" src=\"data:image/svg+xml;base64,")
                    .append(Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8))).append("\">\n");
        }
        return out.append("</body></html>\n").toString();
    }

    /** Indented lines are commands; an empty line ends a paragraph. */
    private static void paragraphs(StringBuilder out, String story) {
        for (String paragraph : story.split("\n\\s*\n")) {
            boolean command = paragraph.startsWith("    ");
            out.append(command ? "<pre>" : "<p>").append(Texts.html(command ? paragraph.stripIndent() : paragraph))
                    .append(command ? "</pre>\n" : "</p>\n");
        }
    }
}
