package packetlab.labs;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/** A class and each of its students as HTML pages that need nothing else and print well. */
final class ClassPages {
    static final String STYLE = """
            <style>
            body{font:15px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:1000px;margin:2em auto;padding:0 1em}
            h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.15em;margin:1.4em 0 .3em}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3em .7em;
            border-bottom:1px solid #ddd}th{border-bottom:2px solid #888}td.n{text-align:right;white-space:nowrap}
            .right{color:#00614a}.wrong{color:#a33d00}.empty{color:#666}.remark{color:#a33d00}
            .bar{background:#e6e6e6;height:.7em;width:9em}.bar i{display:block;background:#0072b2;height:100%}
            pre,code{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap}img{max-width:100%}
            @media print{body{margin:0;max-width:none}tr,img{break-inside:avoid}}
            </style>
            """;

    private static final int MOST_ACTS = 20_000;

    private final ClassGrading grading;
    private final String language;

    ClassPages(ClassGrading grading) {
        this.grading = grading;
        this.language = grading.language();
    }

    static String head(String title, String language) {
        return "<!DOCTYPE html>\n<html lang=\"" + language + "\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>"
                + Texts.html(title) + "</title>\n" + STYLE + "</head><body>\n";
    }

    /** The whole class: a row for each student, a column for each lab. */
    String all() {
        TreeSet<String> labs = new TreeSet<>(grading.works().stream().map(ClassGrading.Work::lab).toList());
        StringBuilder out = new StringBuilder(head(Phrase.THE_CLASS.in(language), language)).append("<h1>")
                .append(Phrase.THE_CLASS.in(language)).append("</h1>\n<p>").append(Phrase.CLASS_COUNTS.in(language,
                        grading.roster().students().size(), grading.works().size(), grading.marked()))
                .append("</p>\n<table><tr>").append(headings(Phrase.STUDENT, Phrase.NAME));
        labs.forEach(lab -> out.append("<th>").append(Texts.html(lab)).append("</th>"));
        out.append("<th></th>").append(headings(Phrase.IN_ALL)).append("</tr>\n");
        grading.roster().students().forEach((id, name) -> {
            List<ClassGrading.Work> own = of(id);
            out.append("<tr><td><a href=\"student-").append(Texts.html(id)).append(".html\">").append(Texts.html(id))
                    .append("</a></td><td>").append(Texts.html(name)).append("</td>");
            for (String lab : labs) {
                ClassGrading.Work work = own.stream().filter(w -> w.lab().equals(lab)).findFirst().orElse(null);
                out.append("<td class=\"n\">").append(work == null ? "·" : work.verdicts().isEmpty()
                        ? "<span class=\"wrong\">" + Phrase.NOT_MARKED.in(language) + "</span>" : work.points() + " / " + work.of());
                out.append(work != null && !work.remarks().isEmpty() ? " <span class=\"remark\" title=\""
                        + Texts.html(String.join("; ", work.remarks())) + "\">!</span>" : "").append("</td>");
            }
            int points = own.stream().mapToInt(ClassGrading.Work::points).sum();
            int of = own.stream().mapToInt(ClassGrading.Work::of).sum();
            out.append("<td><div class=\"bar\"><i style=\"width:").append(of == 0 ? 0 : 100 * points / of)
                    .append("%\"></i></div></td><td class=\"n\">").append(points).append(" / ").append(of).append("</td></tr>\n");
        });
        out.append("</table>\n");
        List<ClassGrading.Work> odd = grading.works().stream().filter(w -> !w.remarks().isEmpty()).toList();
        if (!odd.isEmpty()) {
            out.append("<h2>").append(Phrase.TO_BE_LOOKED_AT.in(language)).append("</h2>\n<table><tr>")
                    .append(headings(Phrase.STUDENT, Phrase.LAB, Phrase.WHAT)).append("</tr>\n");
            for (ClassGrading.Work work : odd) {
                out.append("<tr><td>").append(Texts.html(work.student())).append("</td><td>").append(Texts.html(work.lab()))
                        .append("</td><td>").append(Texts.html(String.join("; ", work.remarks()))).append("</td></tr>\n");
            }
            out.append("</table>\n");
        }
        return out.append("</body></html>\n").toString();
    }

    /** One student: every lab, every question. */
    String student(String id) {
        StringBuilder out = new StringBuilder(head(id, language)).append("<h1>").append(Texts.html(id)).append("</h1>\n<p>")
                .append(Texts.html(grading.roster().students().get(id))).append("</p>\n");
        if (of(id).isEmpty()) {
            out.append("<p>" + Phrase.NOTHING_HANDED_IN.in(language) + "</p>\n");
        }
        for (ClassGrading.Work work : of(id)) {
            out.append("<h2>").append(Texts.html(Phrase.TITLE_POINTS.in(language, work.lab(), work.points(), work.of())))
                    .append("</h2>\n");
            work.remarks().forEach(remark -> out.append("<p class=\"remark\">").append(Texts.html(remark)).append("</p>\n"));
            if (work.verdicts().isEmpty()) {
                continue;
            }
            out.append("<table><tr>").append(headings(Phrase.QUESTION, Phrase.GIVEN, Phrase.RESULT, Phrase.POINTS_HEAD))
                    .append("</tr>\n");
            for (Marker.Verdict verdict : work.verdicts()) {
                String style = verdict.result() == Marker.Result.RIGHT ? "right" : verdict.given().isEmpty() ? "empty" : "wrong";
                out.append("<tr><td>").append(Texts.html(verdict.question().id())).append("</td><td><code>")
                        .append(Texts.html(Texts.cut(verdict.given(), 80))).append("</code></td><td class=\"").append(style)
                        .append("\">").append(verdict.words(language));
                verdict.remarks().forEach(remark -> out.append("<br><small>").append(Texts.html(remark)).append("</small>"));
                out.append("</td><td class=\"n\">").append(verdict.points()).append(" / ").append(verdict.of()).append("</td></tr>\n");
            }
            out.append("</table>\n");
            acts(out, work);
        }
        return out.append("</body></html>\n").toString();
    }

    /** What the student typed in an interactive lab. */
    private void acts(StringBuilder out, ClassGrading.Work work) {
        try {
            String acts = Texts.read(work.folder().resolve(RunFolder.ACTS));
            out.append("<details><summary>").append(Phrase.FILE_ACTS.in(language)).append("</summary><pre>")
                    .append(Texts.html(acts.substring(0, Math.min(acts.length(), MOST_ACTS)))).append("</pre></details>\n");
        } catch (IOException e) {
            // In most labs there is nothing to do; where it is missing, the work was not marked.
        }
    }

    private String headings(Phrase... words) {
        StringBuilder cells = new StringBuilder();
        for (Phrase word : words) {
            cells.append("<th>").append(word.in(language)).append("</th>");
        }
        return cells.toString();
    }

    private List<ClassGrading.Work> of(String student) {
        return grading.works().stream().filter(work -> work.student().equals(student)).toList();
    }
}
