package packetlab.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.wire.Dissector;

/**
 * Decides what becomes of each packet: first by the rules, and where none is about it, by seeded chance. Decisions depend
 * on the packets and their order alone. One thread.
 */
public final class Judge {
    /** Numbers that packets wait for: rules count up from 0, the next packet of a side has this bit. */
    private static final long NEXT_OF_SIDE = 1L << 62;
    /** Sides of connections whose rest is dropped after a message that a rule refused. */
    private static final int MAX_CUT = 65_536;
    private static final int LOSS = 1, CORRUPT = 2, DUPLICATE = 3, REORDER = 4, JITTER = 5, PLACE = 6;

    private final RuleSet rules;
    private final Impairments faults;
    private final Chance chance;
    private final String delayLabel;
    private final String lossLabel;
    private final String reorderLabel;
    private final String duplicateLabel;
    private final String corruptLabel;
    private final Map<Long, Cut> cuts = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Cut> eldest) {
            return size() > MAX_CUT;
        }
    };

    /** From this offset on a side's octets do not pass. */
    private record Cut(long offset, Rule rule) {}

    public Judge(RuleSet rules, Impairments faults, long seed) {
        this.rules = rules;
        this.faults = faults;
        this.chance = new Chance(seed);
        this.delayLabel = faults.delayLabel();
        this.lossLabel = faults.lossLabel();
        this.reorderLabel = faults.reorderLabel();
        this.duplicateLabel = faults.duplicateLabel();
        this.corruptLabel = faults.corruptLabel();
    }

    /** Decides about the next packet. */
    public void decide(PacketFacts p, Fate fate) {
        fate.clear(p);
        if (!cuts.isEmpty() && p.isTcp() && isBehindCut(p, fate)) {
            return;
        }
        Rule rule = rules.find(p, chance);
        if (rule != null) {
            apply(rule, p, fate);
        } else if (rules.byDefault() != Action.ALLOW) {
            fate.drop(rules.byDefault(), rules.defaultLabel(), "no rule is about it");
        } else if (faults.only() == null || faults.only() == p.from()) {
            impair(p, fate);
        }
        // Whoever was held back for its sake follows this packet, also where it was dropped.
        if (fate.releases == Fate.NONE && fate.holds == Fate.NONE) {
            fate.releases = nextOfSide(p);
        }
    }

    private boolean isBehindCut(PacketFacts p, Fate fate) {
        Cut cut = cuts.get(side(p));
        if (cut == null || p.segment().length() == 0
                || p.segment().dataOffset() + p.segment().length() <= cut.offset) {
            return false;
        }
        fate.drop(Action.DROP, cut.rule.label(), "it lies behind what the rule refused");
        cut.rule.took(p);
        return true;
    }

    private static long side(PacketFacts p) {
        return p.flow() << 1 | (p.fromServer() ? 1 : 0);
    }

    private static long nextOfSide(PacketFacts p) {
        return NEXT_OF_SIDE | side(p);
    }

    private void apply(Rule rule, PacketFacts p, Fate fate) {
        fate.logs = rule.logs;
        fate.rule = rule.label();
        switch (rule.action()) {
            case ALLOW -> { }
            case DROP, REJECT -> {
                fate.drop(rule.action(), rule.label(), null);
                if (rule.aboutWebSocket && p.isTcp()) {
                    cuts.putIfAbsent(side(p), new Cut(p.segment().dataOffset(), rule));
                }
            }
            case DELAY -> {
                fate.delayTo(rule.delayNs, rule.label());
                fate.overtakes = true;
            }
            case DUPLICATE -> {
                fate.copies = rule.copies;
                fate.copyRule = rule.label();
            }
            case CORRUPT -> corrupt(p, fate, rule.index, rule.mends, rule.label());
            case SWAP -> swap(rule, p, fate);
        }
    }

    /** The first of the two waits for the second. */
    private static void swap(Rule rule, PacketFacts p, Fate fate) {
        long token = (long) rule.index << 45 | p.flow() & (1L << 45) - 1;
        if (rule.number() == rule.ordinals.singles()[0]) {
            fate.holds = token;
            fate.holdRule = rule.label();
            fate.detail = "waits for the other one";
        } else {
            fate.releases = token;
        }
    }

    private void impair(PacketFacts p, Fate fate) {
        if (hits(LOSS, faults.loss(), p)) {
            fate.drop(Action.DROP, lossLabel, null);
            return;
        }
        if (hits(CORRUPT, faults.corrupt(), p)) {
            corrupt(p, fate, 0, faults.mended(), corruptLabel);
        }
        if (hits(DUPLICATE, faults.duplicate(), p)) {
            fate.copies = 1;
            fate.copyRule = duplicateLabel;
        }
        if (hits(REORDER, faults.reorder(), p)) {
            fate.holds = nextOfSide(p);
            fate.holdRule = reorderLabel;
            fate.detail = "waits until the next of its side has passed";
        }
        if (faults.delayNs() > 0 || faults.jitterNs() > 0) {
            long jitter = faults.jitterNs() == 0 ? 0
                    : Math.round((2 * chance.of(JITTER, p) - 1) * faults.jitterNs());
            fate.delayTo(Math.max(0, faults.delayNs() + jitter), delayLabel);
        }
    }

    private boolean hits(int purpose, double share, PacketFacts p) {
        return share > 0 && chance.of(purpose, p) < share;
    }

    /** Turns over one bit: of the payload where there is one, else of what is behind the IP header. */
    private void corrupt(PacketFacts p, Fate fate, int rule, boolean mends, String label) {
        Dissector d = p.dissector();
        int at;
        int length;
        if (p.isTcp() && d.tcp().payloadCapturedLength() > 0) {
            at = d.tcp().payloadOffset();
            length = d.tcp().payloadCapturedLength();
        } else if (p.result() == Dissector.Result.UDP && d.udp().payloadCapturedLength() > 0) {
            at = d.udp().payloadOffset();
            length = d.udp().payloadCapturedLength();
        } else if (d.ipVersion() != 0 && d.payloadCapturedLength() > 0 && p.result() != Dissector.Result.IP_FRAGMENT) {
            at = d.payloadOffset();
            length = d.payloadCapturedLength();
        } else {
            at = p.offset();
            length = p.capturedLength();
        }
        if (!d.inPacket()) {
            at = p.offset();            // put together from fragments: what is at hand is one of them
            length = p.capturedLength();
        }
        if (length == 0) {
            return;
        }
        long bits = chance.bits(PLACE + 1_000_000 + rule, p);
        fate.corruptAt = at - p.offset() + (int) ((bits >>> 8) % length);
        fate.corruptMask = 1 << (bits & 7);
        fate.mends = mends && (p.isTcp() || p.result() == Dissector.Result.UDP);
        fate.corruptRule = label;
    }
}
