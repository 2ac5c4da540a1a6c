package packetlab.report;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** What JSON demands, and the characters of {@link Hazard}: captured bytes never drive the terminal they end up on. */
final class JsonEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;

    @Override
    public int[] getEscapeCodesForAscii() {
        int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
        codes[0x7F] = ESCAPE_STANDARD;
        return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int codePoint) {
        if (codePoint < 0x7F || !Hazard.is(codePoint)) {
            return null;
        }
        StringBuilder escape = new StringBuilder(12);
        for (char unit : Character.toChars(codePoint)) {
            escape.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                escape.append(Character.forDigit(unit >>> shift & 0xF, 16));
            }
        }
        return new SerializedString(escape.toString());
    }
}
