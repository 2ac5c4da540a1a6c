package packetlab.report;

/** Counts columns without the code that is tested: Hangul, CJK and emoji of the tests are wide, marks are not. */
final class Columns {
    private Columns() {}

    static int of(String line) {
        return line.codePoints().map(Columns::of).sum();
    }

    static int of(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HANGUL, HAN, HIRAGANA, KATAKANA -> 2;
            default -> codePoint >= 0x1F300 && codePoint < 0x1FB00 || codePoint >= 0xFF01 && codePoint <= 0xFF60 ? 2 : 1;
        };
    }
}
