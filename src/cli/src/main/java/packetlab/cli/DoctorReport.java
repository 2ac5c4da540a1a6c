package packetlab.cli;

import java.util.List;
import packetlab.os.Doctor;

/** What was found out about this machine and user, as a table or as NDJSON. Loads native code. */
final class DoctorReport {
    private static final String GREEN = "32", RED = "31";

    private final CommonOptions common;
    private final boolean utf8;

    DoctorReport(CommonOptions common, boolean utf8) {
        this.common = common;
        this.utf8 = utf8;
    }

    /** Tries everything and returns the lines about it; when quiet, only about what does not work. */
    String examine() {
        return lines(Doctor.examine());
    }

    String lines(List<Doctor.Check> checks) {
        StringBuilder lines = new StringBuilder();
        int width = checks.stream().mapToInt(c -> c.what().length()).max().orElse(0);
        for (Doctor.Check check : checks) {
            if (common.json) {
                json(lines, check);
            } else if (!common.quiet || !check.works()) {
                text(lines, check, width);
            }
        }
        return lines.toString();
    }

    private void text(StringBuilder lines, Doctor.Check check, int width) {
        String mark = utf8 ? check.works() ? "\u2713" : "\u2717" : check.works() ? "+" : "-";
        if (common.colored()) {
            mark = "\u001b[" + (check.works() ? GREEN : RED) + "m" + mark + "\u001b[0m";
        }
        lines.append("  ").append(mark).append(' ').append(check.what())
                .append(" ".repeat(width - check.what().length() + 2)).append(check.detail()).append('\n');
        if (check.remedy() != null) {
            lines.append(" ".repeat(width + 6)).append("as root:  ").append(check.remedy()).append('\n');
        }
    }

    private static void json(StringBuilder lines, Doctor.Check check) {
        lines.append("{\"event\":\"doctor.check\",\"what\":").append(quoted(check.what()))
                .append(",\"works\":").append(check.works());
        if (check.detail() != null) {
            lines.append(",\"detail\":").append(quoted(check.detail()));
        }
        if (check.remedy() != null) {
            lines.append(",\"remedy\":").append(quoted(check.remedy()));
        }
        lines.append("}\n");
    }

    /** A JSON string (RFC 8259 section 7). */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
