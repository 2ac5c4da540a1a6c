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
     * @param leftOut of the packets those that were not shown: they had to do with nothing that somebody asked for
     */
    record End(long timeNs, long packets, long bytes, long dropped, long streams, long findings, long leftOut)
            implements CaptureEvent {
        public End(long timeNs, long packets, long bytes, long dropped, long streams, long findings) {
            this(timeNs, packets, bytes, dropped, streams, findings, 0);
        }

        /** The same, of which so many more were left out. */
        public End leavingOut(long more) {
            return new End(timeNs, packets, bytes, dropped, streams, findings, leftOut + more);
        }

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
     * An interface that packets of a capture file came from; before the first of them.
     *
     * @param section 0-based number of the file's section
     * @param number  0-based number of the interface in its section
     * @param link    link type by its standard name
     * @param name    such as {@code lo}; null where the file does not say, as are the others
     * @param snaplen octets that were captured of a packet at most; UNKNOWN for no limit
     */
    record Interface(long section, long number, String link, String name, String description, long snaplen,
                     String filter) implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.INTERFACE;
        }

        @Override
        public long timeNs() {
            return NO_TIME;
        }

        @Override
        public long frame() {
            return 0;
        }
    }

    /**
     * What somebody has written into a capture file; before the packet that it is about.
     *
     * @param frame 0 where it is about the file or an interface
     */
    record Comment(long frame, String text) implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.COMMENT;
        }

        @Override
        public long timeNs() {
            return NO_TIME;
        }
    }

    /**
     * A packet stands in its capture file in a way that is wrong, but does not keep it from being read. Told once for
     * each way in a file, before the packet.
     *
     * @param text what the packet does, in words
     */
    record Oddity(long frame, String text) implements CaptureEvent {
        @Override
        public EventType type() {
            return EventType.ODDITY;
        }

        @Override
        public long timeNs() {
            return NO_TIME;
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
