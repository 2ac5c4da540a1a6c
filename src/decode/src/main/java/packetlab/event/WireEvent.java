package packetlab.event;

/**
 * What a wire of ours did to a packet: a wire that a command runs behind, with faults or with rules. Such an event follows
 * the packet that it is about.
 */
public sealed interface WireEvent extends Event {
    /** The connection that the packet belongs to, or UNKNOWN. */
    long stream();

    /** Who sent the packet; null where it belongs to no conversation. */
    Side from();

    /** How a packet came out of the wire otherwise than it went in. */
    enum Change {
        /** A later packet came out before it. */
        REORDERED("reordered"),
        /** It came out more than once. */
        DUPLICATED("duplicated"),
        /** A bit of it is another. */
        CORRUPTED("corrupted");

        private final String wireName;

        Change(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /**
     * The packet never came out.
     *
     * @param rule   why: the setting, such as {@code loss 2 %}, or the rule with its file and line
     * @param detail more in words; null where the rule says all
     */
    record Dropped(long timeNs, long frame, long stream, Side from, String rule, String detail) implements WireEvent {
        @Override
        public EventType type() {
            return EventType.WIRE_DROPPED;
        }
    }

    /** @param delayNs how much later it came out than the wire would have let it */
    record Delayed(long timeNs, long frame, long stream, Side from, long delayNs, String rule) implements WireEvent {
        @Override
        public EventType type() {
            return EventType.WIRE_DELAYED;
        }
    }

    /** @param detail what exactly, in words */
    record Changed(long timeNs, long frame, long stream, Side from, Change kind, String rule, String detail)
            implements WireEvent {
        @Override
        public EventType type() {
            return EventType.WIRE_CHANGED;
        }
    }

    /** A rule let the packet through and was asked to say so. */
    record Passed(long timeNs, long frame, long stream, Side from, String rule) implements WireEvent {
        @Override
        public EventType type() {
            return EventType.WIRE_PASSED;
        }
    }

    /**
     * What a rule came to, at the end.
     *
     * @param action  what it does, such as {@code drop}
     * @param packets that it decided about
     * @param bytes   that they had on the wire
     */
    record Rule(long timeNs, String rule, String action, long packets, long bytes) implements WireEvent {
        @Override
        public EventType type() {
            return EventType.WIRE_RULE;
        }

        @Override
        public long frame() {
            return 0;
        }

        @Override
        public long stream() {
            return UNKNOWN;
        }

        @Override
        public Side from() {
            return null;
        }
    }
}
