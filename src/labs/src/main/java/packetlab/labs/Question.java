package packetlab.labs;

import java.util.List;
import java.util.Map;

/**
 * One question with what makes its key.
 *
 * @param choices  of a CHOICE
 * @param key      what the capture says
 * @param look     the rows that a wrong answer is pointed at; null for those of the key
 * @param own      whether the answer is the kernel's own, so that it differs from run to run with one seed
 * @param mistakes what a known misunderstanding would answer, by its id
 */
record Question(String id, Kind kind, List<String> choices, Query key, Query look, boolean own, int points,
                Map<String, Query> mistakes) {
    /** What an answer looks like. */
    enum Kind {
        PACKET("a packet number, such as 7"), NUMBER("a number, such as 1448 or 0x5a8"), TEXT("text"),
        YES_NO("yes or no"), LIST("numbers with commas between them, in any order"), CHOICE("one of the words named");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }
}
