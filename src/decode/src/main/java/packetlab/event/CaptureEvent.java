package packetlab.event;

/** About the capture itself: where it begins and ends, and what it lacks. */
public sealed interface CaptureEvent extends Event {
    /**
     * First line.
     *
     * @param source      file name, {@code -} for standard input, or interface name
     * @param link        link type by its standard name, such as EN10MB; null where it differs between interfaces
     * @param backend     how packets are captured ({@code libpcap}, {@code ring}, {@code queue}); null for a file
     * @param bufferBytes octets that the kernel has for packets that wait; UNKNOWN where nobody tells
     * @param filter      the capture filter; null for none
     */
    record Start(long timeNs, String source, String link, String backend, long bufferBytes, String filter)
            implements CaptureEvent {
        public static final int VERSION = 1;

        /** Of a capture whose buffer is not known, or that needs none. */
        public Start(long timeNs, String source, String link, String backend, String filter) {
            this(timeNs, source, link, backend, UNKNOWN, filter);
        }

        @Override
        public EventType type() {
            return EventType.START;
        }

        @Override
        public long frame() {
            return 0;
        }
    }

    /**
     * Last line.
     *
     * @param bytes   octets on the wire of all packets
     * @param dropped packets that the kernel or the ring dropped, or UNKNOWN where no counter was read
     */
    record End(long timeNs, long packets, long bytes, long dropped, long streams, long findings)
            implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.END;
        }

        @Override
        public long frame() {
            return 0;
        }
    }

    /** The kernel or the ring dropped {@code count} packets since the last such event. */
    record Dropped(long timeNs, long frame, long count) implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.DROPPED;
        }
    }

    /**
     * A named limit was hit for the {@code count}-th time.
     *
     * @param stream UNKNOWN where the limit is not one of a connection
     * @param from   null likewise
     * @param value  the limit
     */
    record Limit(long timeNs, long frame, long stream, Side from, String name, long value, long count)
            implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.LIMIT;
        }
    }

    /**
     * Octets of a stream that were never captured.
     *
     * @param acked whether the receiver had them (its ACK covers them)
     */
    record Gap(long timeNs, long frame, long stream, Side from, long bytes, boolean acked) implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.GAP;
        }
    }
}
