package packetlab.event;

/** A TCP connection's life (RFC 9293) and what its packets tell about it. */
public sealed interface TcpEvent extends Event {
    /** 0-based number of the connection. */
    long stream();

    /** How the capture meets the connection. */
    enum Start {
        HANDSHAKE("handshake"), MIDSTREAM("midstream"), SIMULTANEOUS("simultaneous"), FASTOPEN("fastopen");

        private final String wireName;

        Start(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** How a connection ended; OPEN where the capture ended first. */
    enum How {
        FIN("fin"), RESET("reset"), OPEN("open");

        private final String wireName;

        How(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /**
     * Options of a SYN or SYN/ACK.
     *
     * @param mss         octets, or UNKNOWN where the option is absent
     * @param windowScale shift count, or UNKNOWN where the option is absent
     * @param multipath   whether it offers Multipath TCP (RFC 8684); what a connection carries reads the same with it
     */
    record SynOptions(int mss, int windowScale, boolean sackPermitted, boolean timestamps, boolean fastOpen,
                      boolean multipath) {}

    /**
     * The three-way handshake by frame numbers; UNKNOWN for a frame that was not captured.
     *
     * @param rttNs  from SYN to the ACK of the SYN/ACK, or UNKNOWN
     * @param client options of the SYN; null where it was not captured
     * @param server options of the SYN/ACK; null where it was not captured
     */
    record Handshake(long syn, long synAck, long ack, long rttNs, SynOptions client, SynOptions server) {}

    /** @param handshake null where no part of it was captured */
    record Open(long timeNs, long frame, long stream, Endpoint client, Endpoint server, Handshake handshake,
                Start start) implements TcpEvent {
        @Override
        public EventType type() {
            return EventType.TCP_OPEN;
        }
    }

    /**
     * One segment.
     *
     * @param flags        the 9 control bits as on the wire, NS (0x100) to FIN (0x01)
     * @param sequence     relative to the side's first, 0 for its SYN; not wrapped
     * @param acknowledged relative likewise; UNKNOWN without ACK
     * @param rawSequence  as on the wire, 0 to 2^32 - 1, as is {@code rawAcknowledged}, UNKNOWN without ACK
     * @param length       payload octets on the wire
     * @param window       octets after scaling; UNKNOWN where the scale was not captured
     * @param options      of a SYN, else null
     * @param ackRttNs     since the segment that this one is the first to acknowledge, or UNKNOWN
     * @param checksum     null where it was not looked at, or not all of the segment was captured
     */
    record Segment(long timeNs, long frame, long stream, Endpoint client, Endpoint server, Side from, int flags,
                   long sequence, long acknowledged, long rawSequence, long rawAcknowledged, long length, long window,
                   SynOptions options, long ackRttNs, Checksum checksum)
            implements TcpEvent {
        @Override
        public EventType type() {
            return EventType.TCP_SEGMENT;
        }
    }

    /** What can be noticed about one packet of a connection. */
    enum FindingKind {
        RETRANSMISSION("retransmission"),
        FAST_RETRANSMISSION("fast-retransmission"),
        SPURIOUS_RETRANSMISSION("spurious-retransmission"),
        OUT_OF_ORDER("out-of-order"),
        DUPLICATE_ACK("duplicate-ack"),
        LOST_SEGMENT("lost-segment"),
        ACKED_UNSEEN("acked-unseen"),
        ZERO_WINDOW("zero-window"),
        ZERO_WINDOW_PROBE("zero-window-probe"),
        ZERO_WINDOW_PROBE_ACK("zero-window-probe-ack"),
        WINDOW_FULL("window-full"),
        WINDOW_UPDATE("window-update"),
        KEEP_ALIVE("keep-alive"),
        KEEP_ALIVE_ACK("keep-alive-ack"),
        HALF_CLOSE("half-close"),
        D_SACK("d-sack"),
        URGENT("urgent"),
        OVERLAP_CONFLICT("overlap-conflict"),
        PORT_REUSED("port-reused"),
        DATA_AFTER_RESET("data-after-reset"),
        DATA_AFTER_FIN("data-after-fin"),
        RESET_IGNORED("reset-ignored"),
        FAST_OPEN_REFUSED("fast-open-refused"),
        CUT_BY_SNAPLEN("cut-by-snaplen"),
        MALFORMED("malformed"),
        ICMP_ERROR("icmp-error");

        private final String wireName;

        FindingKind(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** @param detail in words, for people; null where the kind says all */
    record Finding(long timeNs, long frame, long stream, Side from, FindingKind kind, String detail)
            implements TcpEvent {
        @Override
        public EventType type() {
            return EventType.TCP_FINDING;
        }
    }

    /**
     * The end of every connection of which a packet was seen, also of one that was never open (a refused SYN).
     *
     * @param frames    packets of each side
     * @param bytes     payload octets delivered in order
     * @param lostBytes payload octets that were never captured
     */
    record Close(long timeNs, long frame, long stream, Endpoint client, Endpoint server, How how, PerSide frames,
                 PerSide bytes, PerSide lostBytes, long durationNs) implements TcpEvent {
        @Override
        public EventType type() {
            return EventType.TCP_CLOSE;
        }
    }

    /**
     * What a connection carries, where it is recognised but not decoded.
     *
     * @param protocol such as {@code TLS}, {@code HTTP/2}, {@code WebSocket over HTTP/2 (RFC 8441)}
     */
    record Protocol(long timeNs, long frame, long stream, Side from, String protocol) implements TcpEvent {
        @Override
        public EventType type() {
            return EventType.TCP_PROTOCOL;
        }
    }
}
