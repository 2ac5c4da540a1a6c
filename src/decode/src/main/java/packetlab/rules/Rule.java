package packetlab.rules;

/** One rule: which packets, and what becomes of them. Counts what it decided about. One thread. */
public final class Rule {
    private final Action action;
    private final String label;
    final int index;
    final boolean logs;
    final long delayNs;
    final int copies;
    final boolean mends;
    /** Whether it can only be decided when a WebSocket message is complete. */
    final boolean aboutWebSocket;
    final double chance;
    final Ordinals ordinals;
    private final Condition condition;
    private long packets;
    private long bytes;
    /** Of the packet that it was last asked about, among those of its conversation that it is about. */
    private long number;

    Rule(Action action, String label, int index, RuleParser.Parts parts) {
        this.action = action;
        this.label = label;
        this.index = index;
        this.logs = parts.logs;
        this.delayNs = parts.delayNs;
        this.copies = parts.copies;
        this.mends = parts.mends;
        this.aboutWebSocket = parts.aboutWebSocket;
        this.chance = parts.chance;
        this.ordinals = parts.ordinals;
        this.condition = parts.condition;
    }

    public Action action() {
        return action;
    }

    /** Its place and its words, such as {@code rules.txt:3 drop the 3rd data segment}. */
    public String label() {
        return label;
    }

    /** Packets that it decided about. */
    public long packets() {
        return packets;
    }

    /** Octets that they had on the wire. */
    public long bytes() {
        return bytes;
    }

    /** Whether it is about that packet. To be asked once of each packet, because it may count. */
    boolean matches(PacketFacts p, Chance dice) {
        if (!condition.test(p) || chance < 1 && dice.of(index + 1_000, p) >= chance) {
            return false;
        }
        if (ordinals.isEmpty()) {
            return true;
        }
        number = ordinals.count(p.flow());
        return ordinals.contains(number);
    }

    long number() {
        return number;
    }

    void took(PacketFacts p) {
        packets++;
        bytes += p.wireLength();
    }
}
