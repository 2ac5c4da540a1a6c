package packetlab.labs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The students of a class from a CSV file (RFC 4180): a heading with {@code id} and, where it is there, {@code name}; other
 * columns are for others. What cannot be read is told, and the rest counts.
 *
 * @param students id and name, in the file's order
 * @param trouble  one line each
 */
public record Roster(Map<String, String> students, List<String> trouble) {
    private static final int MAX_STUDENTS = 20_000;

    /** @throws LabSyntaxException where no line of it can be read as a student */
    public static Roster read(String source, String text) throws LabSyntaxException {
        Map<String, String> students = new LinkedHashMap<>();
        List<String> trouble = new ArrayList<>();
        List<String> heading = null;
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            List<String> fields = fields(line);
            if (heading == null) {
                heading = fields.stream().map(f -> f.strip().toLowerCase(java.util.Locale.ROOT)).toList();
                if (!heading.contains("id")) {
                    throw new LabSyntaxException(source, number, "a heading with the column 'id', such as 'id,name'", line);
                }
                continue;
            }
            int at = heading.indexOf("id");
            String id = at < fields.size() ? fields.get(at).strip() : "";
            String name = heading.contains("name") && heading.indexOf("name") < fields.size()
                    ? fields.get(heading.indexOf("name")).strip() : "";
            if (!id.matches(Course.ID)) {
                trouble.add(source + ":" + number + ": expected a student's id of letters, digits and . _ - @, found '"
                        + Texts.cut(id, 40) + "'");
            } else if (students.containsKey(id)) {
                trouble.add(source + ":" + number + ": the id " + id + " is there before; its first line counts");
            } else if (students.size() == MAX_STUDENTS) {
                trouble.add(source + ":" + number + ": no more than " + MAX_STUDENTS + " students");
                break;
            } else {
                students.put(id, name);
            }
        }
        if (students.isEmpty()) {
            throw new LabSyntaxException(source, 0, "a heading 'id,name' and a line for each student", null);
        }
        return new Roster(students, trouble);
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** One field for a CSV file; one that a spreadsheet would take for a formula is made a text. */
    static String csv(String value) {
        String safe = value.matches("[=+@\t-].*") ? "'" + value : value;
        return safe.matches("[^,\"\\r\\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
