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
 * @param within   how far off a NUMBER may be
 * @param needs    the deed without which there is nothing to answer, or null
 * @param mistakes what a known misunderstanding would answer, by its id
 */
record Question(String id, Kind kind, List<String> choices, Query key, Query look, boolean own, int points,
                long within,
                String needs, Map<String, Query> mistakes) {
    /** What an answer looks like. */
    enum Kind {
        PACKET(Phrase.KIND_PACKET), NUMBER(Phrase.KIND_NUMBER), TEXT(Phrase.KIND_TEXT), YES_NO(Phrase.KIND_YES_NO),
        LIST(Phrase.KIND_LIST), CHOICE(Phrase.KIND_CHOICE),
        /** A capture filter that selects the packets of the key, and no others. */
        FILTER(Phrase.KIND_FILTER),
        /** Nothing is answered: the key is yes where it was done. */
        DEED(Phrase.KIND_DEED);

        private final Phrase words;

        Kind(Phrase words) {
            this.words = words;
        }

        Phrase words() {
            return words;
        }
    }
}
