package packetlab.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of one line of rules, with their columns: words, commas, and texts in double quotes. */
final class RuleWords {
    private record Word(String text, int column, boolean quoted) {}

    private final String source;
    private final int line;
    private final String text;
    private final List<Word> words = new ArrayList<>();
    private int next;

    RuleWords(String source, int line, String text) throws RuleSyntaxException {
        this.source = source;
        this.line = line;
        this.text = text.strip();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                break;
            }
            if (Character.isWhitespace(c) || c == '\uFEFF') {
                at++;
            } else if (c == '"') {
                int end = text.indexOf('"', at + 1);
                if (end < 0) {
                    throw new RuleSyntaxException(source, line, text.length() + 1, "a closing \"", null);
                }
                words.add(new Word(text.substring(at + 1, end), at + 1, true));
                at = end + 1;
            } else if (c == ',') {
                words.add(new Word(",", at + 1, false));
                at++;
            } else {
                int end = at;
                while (end < text.length() && " \t,\"#".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                words.add(new Word(text.substring(at, end).replace('\u2019', '\''), at + 1, false));
                at = end;
            }
        }
    }

    boolean atEnd() {
        return next == words.size();
    }

    /** The next word in lower case, or an empty one at the end; a quoted text is no word. */
    String peek() {
        return next == words.size() || words.get(next).quoted ? "" : words.get(next).text.toLowerCase(Locale.ROOT);
    }

    /** The word after the next, likewise. */
    String peekSecond() {
        return next + 1 >= words.size() || words.get(next + 1).quoted ? ""
                : words.get(next + 1).text.toLowerCase(Locale.ROOT);
    }

    /** Takes the next word, whatever it is. */
    String take() {
        String word = peek();
        next++;
        return word;
    }

    /** Takes the next word if it is one of these. */
    boolean takeIf(String... any) {
        for (String word : any) {
            if (!atEnd() && peek().equals(word)) {
                next++;
                return true;
            }
        }
        return false;
    }

    /** Takes a text in quotes, or a plain word. */
    String takeText(String what) throws RuleSyntaxException {
        if (atEnd()) {
            throw expected(what);
        }
        return words.get(next++).text;
    }

    /** Says that the next word is not what it should be. */
    RuleSyntaxException expected(String what) {
        return next < words.size()
                ? new RuleSyntaxException(source, line, words.get(next).column, what, words.get(next).text)
                : new RuleSyntaxException(source, line, text.isEmpty() ? 1 : lastColumn(), what, null);
    }

    /** Goes back by one word, so that an error points at it. */
    void back() {
        next--;
    }

    private int lastColumn() {
        Word last = words.get(words.size() - 1);
        return last.column + last.text.length() + (last.quoted ? 2 : 0);
    }

    /** Where the rule stands and what it says. */
    String label() {
        int comment = commentAt();
        return source + ":" + line + " " + (comment < 0 ? text : text.substring(0, comment).strip());
    }

    private int commentAt() {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"') {
                quoted = !quoted;
            } else if (text.charAt(i) == '#' && !quoted) {
                return i;
            }
        }
        return -1;
    }
}
