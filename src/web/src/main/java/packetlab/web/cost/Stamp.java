package packetlab.web.cost;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the text of each measured message begins with: whose it is, which, and when it was to be sent. So the packets tell
 * how long its delivery took, and a sender that was late hides nothing.
 *
 * @param client    of the load, from 0
 * @param number    of the client's message, from 0
 * @param plannedNs nanoseconds since the epoch
 */
record Stamp(int client, int number, long plannedNs) {
    private static final String FILLER = "what does this message cost on the wire? ";
    private static final Pattern TEXT = Pattern.compile("m(\\d{1,6})-(\\d{1,7})-(\\d{19}) ");
    /** Octets of the shortest text. */
    static final int MIN_SIZE = 36;

    /** A text of so many octets, all of them ASCII. */
    String text(int size) {
        StringBuilder text = new StringBuilder(size);
        text.append(String.format(Locale.ROOT, "m%d-%d-%019d ", client, number, plannedNs));
        while (text.length() < size) {
            text.append(FILLER, 0, Math.min(FILLER.length(), size - text.length()));
        }
        return text.toString();
    }

    /** Of a text that begins so; null for another. */
    static Stamp of(CharSequence text) {
        Matcher m = TEXT.matcher(text);
        return m.lookingAt()
                ? new Stamp(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Long.parseLong(m.group(3))) : null;
    }
}
