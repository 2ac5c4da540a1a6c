package packetlab.labs;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a lab's file as words. A word in double quotes may have spaces and is marked, so that a text is never taken
 * for a keyword; in it {@code \"} is a quote, and {@code \n}, {@code \r} and {@code \\} are what they are elsewhere. A
 * {@code #} in front of a word begins a comment.
 */
final class Line {
    private static final int MAX_WORDS = 200, MAX_LINES = 10_000;

    /**
     * @param text   as it stands there
     * @param quoted whether it stood in quotes
     */
    record Word(String text, boolean quoted) {
        String meant() {
            return !quoted || text.indexOf('\\') < 0 ? text : text.replace("\\\\", "\0").replace("\\n", "\n")
                    .replace("\\r", "\r").replace("\\\"", "\"").replace('\0', '\\');
        }
    }

    private final String source;
    private final int number;
    private final List<Word> words;
    private final String raw;
    private int at;

    private Line(String source, int number, String raw, List<Word> words) {
        this.source = source;
        this.number = number;
        this.raw = raw;
        this.words = words;
    }

    /** All lines that say something. */
    static List<Line> all(String source, String text) throws LabSyntaxException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\\R", -1)) {
            if (++number > MAX_LINES) {
                throw new LabSyntaxException(source, number, "no more than " + MAX_LINES + " lines", raw);
            }
            Line line = of(source, number, raw);
            if (!line.words.isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    static Line of(String source, int number, String raw) throws LabSyntaxException {
        List<Word> words = new ArrayList<>();
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#') {
                break;
            } else if (c == '"') {
                int end = i + 1;
                while (end < raw.length() && raw.charAt(end) != '"') {
                    end += raw.charAt(end) == '\\' ? 2 : 1;
                }
                if (end >= raw.length()) {
                    throw new LabSyntaxException(source, number, "a closing quote", raw.substring(i));
                }
                words.add(new Word(raw.substring(i + 1, end), true));
                i = end + 1;
            } else {
                int end = i;
                while (end < raw.length() && !Character.isWhitespace(raw.charAt(end))) {
                    end++;
                }
                words.add(new Word(raw.substring(i, end), false));
                i = end;
            }
            if (words.size() > MAX_WORDS) {
                throw new LabSyntaxException(source, number, "no more than " + MAX_WORDS + " words", raw);
            }
        }
        return new Line(source, number, raw, words);
    }

    /** The same line with its variables filled in, to be read from its beginning. */
    Line filled(Variables variables) throws LabSyntaxException {
        List<Word> filled = new ArrayList<>();
        for (Word word : words) {
            filled.add(new Word(variables.fill(word.text, source, number), word.quoted));
        }
        return new Line(source, number, variables.fill(raw, source, number), filled);
    }

    Line again() {
        at = 0;
        return this;
    }

    String source() {
        return source;
    }

    int number() {
        return number;
    }

    boolean atEnd() {
        return at == words.size();
    }

    /** Whether the next word is that keyword; takes it if so. */
    boolean takes(String keyword) {
        if (!atEnd() && !words.get(at).quoted && words.get(at).text.equals(keyword)) {
            at++;
            return true;
        }
        return false;
    }

    void require(String keyword) throws LabSyntaxException {
        if (!takes(keyword)) {
            throw expected("'" + keyword + "'");
        }
    }

    /** The next word, whatever it is. */
    String word(String what) throws LabSyntaxException {
        if (atEnd()) {
            throw expected(what);
        }
        return words.get(at++).meant();
    }

    boolean nextIsQuoted() {
        return !atEnd() && words.get(at).quoted;
    }

    String name(String what) throws LabSyntaxException {
        if (atEnd() || words.get(at).quoted || !words.get(at).text.matches("[A-Za-z][A-Za-z0-9_.-]{0,39}")) {
            throw expected(what);
        }
        return words.get(at++).text;
    }

    String text(String what) throws LabSyntaxException {
        if (!nextIsQuoted()) {
            throw expected(what + " in quotes");
        }
        return words.get(at++).meant();
    }

    long number(String what, long least, long most) throws LabSyntaxException {
        String range = what + " from " + least + " to " + most;
        if (atEnd() || words.get(at).quoted || !words.get(at).text.matches("-?[0-9]{1,18}")) {
            throw expected(range);
        }
        long value = Long.parseLong(words.get(at).text);
        if (value < least || value > most) {
            throw expected(range);
        }
        at++;
        return value;
    }

    /** Everything from here to the end of the line, as it stands. */
    String rest() {
        StringBuilder rest = new StringBuilder();
        for (; at < words.size(); at++) {
            Word word = words.get(at);
            rest.append(rest.isEmpty() ? "" : " ").append(word.quoted ? '"' + word.text + '"' : word.text);
        }
        return rest.toString();
    }

    void end() throws LabSyntaxException {
        if (!atEnd()) {
            throw expected("the end of the line");
        }
    }

    LabSyntaxException expected(String what) {
        return new LabSyntaxException(source, number, what, atEnd() ? null : words.get(at).text);
    }
}
