package packetlab.rules;

/** What a rule asks about a packet. */
@FunctionalInterface
interface Condition {
    boolean test(PacketFacts packet);

    default Condition and(Condition other) {
        return packet -> test(packet) && other.test(packet);
    }

    default Condition or(Condition other) {
        return packet -> test(packet) || other.test(packet);
    }
}
