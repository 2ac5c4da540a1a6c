package packetlab.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.event.Side;

/**
 * What a wire does to packets that no rule is about. Shares are from 0 to 1.
 *
 * @param delayNs       on top of what the wire itself takes
 * @param jitterNs      at most so much more or less than the delay; packets of one side keep their order
 * @param loss          share that vanishes
 * @param reorder       share that waits until the next packet of its side has passed
 * @param duplicate     share that comes out twice
 * @param corrupt       share of which one bit is turned over
 * @param mended        whether the checksum of those is made right, so that whoever receives them believes them
 * @param bitsPerSecond of each side; 0 for no limit
 * @param queuePackets  that wait for the rate or the delay; what comes when so many wait is lost
 * @param only          whose packets; null for both sides
 */
public record Impairments(long delayNs, long jitterNs, double loss, double reorder, double duplicate, double corrupt,
                          boolean mended, long bitsPerSecond, int queuePackets, Side only) {
    public static final int DEFAULT_QUEUE = 1_000;
    public static final int MAX_QUEUE = 100_000;
    public static final long MAX_DELAY_NS = 60_000_000_000L;
    /** A wire that does nothing. */
    public static final Impairments NONE = new Impairments(0, 0, 0, 0, 0, 0, false, 0, DEFAULT_QUEUE, null);

    public Impairments {
        if (delayNs < 0 || delayNs > MAX_DELAY_NS || jitterNs < 0 || jitterNs > MAX_DELAY_NS) {
            throw new IllegalArgumentException("a delay is from 0 to 60 s");
        }
        for (double share : new double[] {loss, reorder, duplicate, corrupt}) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a share is from 0 to 100 %");
            }
        }
        if (bitsPerSecond < 0 || queuePackets < 1 || queuePackets > MAX_QUEUE) {
            throw new IllegalArgumentException("the queue has from 1 to " + MAX_QUEUE + " packets");
        }
    }

    String delayLabel() {
        return "delay " + time(delayNs) + (jitterNs == 0 ? "" : " ± " + time(jitterNs));
    }

    String lossLabel() {
        return "loss " + percent(loss);
    }

    String reorderLabel() {
        return "reorder " + percent(reorder);
    }

    String duplicateLabel() {
        return "duplicate " + percent(duplicate);
    }

    String corruptLabel() {
        return "corrupt " + percent(corrupt);
    }

    public String rateLabel() {
        return "rate " + rate(bitsPerSecond);
    }

    /** Each that is set, in words. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, delayNs > 0 || jitterNs > 0, delayLabel());
        add(words, loss > 0, lossLabel());
        add(words, reorder > 0, reorderLabel());
        add(words, duplicate > 0, duplicateLabel());
        add(words, corrupt > 0, corruptLabel());
        add(words, bitsPerSecond > 0, rateLabel());
        if (only != null && !words.isEmpty()) {
            words.add("for the " + only.wireName() + " only");
        }
        return words;
    }

    private static void add(List<String> words, boolean set, String word) {
        if (set) {
            words.add(word);
        }
    }

    private static String time(long ns) {
        return ns % 1_000_000_000 == 0 && ns > 0 ? ns / 1_000_000_000 + " s"
                : ns % 1_000_000 == 0 ? ns / 1_000_000 + " ms" : plain(ns / 1e3) + " µs";
    }

    private static String percent(double share) {
        return plain(share * 100) + " %";
    }

    private static String rate(long bits) {
        return bits % 1_000_000_000 == 0 ? bits / 1_000_000_000 + " Gbit/s"
                : bits % 1_000_000 == 0 ? bits / 1_000_000 + " Mbit/s" : plain(bits / 1e3) + " kbit/s";
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.6f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
