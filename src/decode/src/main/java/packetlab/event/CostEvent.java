package packetlab.event;

/** What messages cost on one transport of the browser era. Everything is counted from captured packets. */
public sealed interface CostEvent extends Event {
    /** The transport's name, such as {@code websocket} or {@code sockjs-xhr-polling}. */
    String transport();

    @Override
    default long frame() {
        return 0;
    }

    /**
     * Octets on the wire, by what they are there for; together they are all octets of the packets as captured, link-layer
     * headers included.
     *
     * @param payload the application's texts, in both directions; compressed where they were
     * @param framing of WebSocket with its mask, SockJS, Engine.IO, Socket.IO, server-sent events and chunks, and what
     *                these say of themselves: heartbeats, acknowledgements, openings
     * @param heads   of HTTP requests and responses
     * @param headers of link layer, IP and TCP, of packets that carry octets, SYN, FIN or RST
     * @param acks    packets that do nothing but acknowledge
     * @param resent  TCP payload that came again
     */
    record Octets(long payload, long framing, long heads, long headers, long acks, long resent) {
        public long total() {
            return payload + framing + heads + headers + acks + resent;
        }
    }

    /**
     * A load of messages: each goes from a client to the server and comes back to it.
     *
     * @param server      the server's end, such as {@code 127.0.0.1:40123}
     * @param clients     as planned; UNKNOWN in a capture that does not tell the plan, and so for size and lost
     * @param size        octets of each text
     * @param sent        messages that clients sent
     * @param delivered   messages that came to clients, each counted once
     * @param lost        that were planned and never came back
     * @param duplicated  that came once more than they should
     * @param packets     of its connections, all of them
     * @param connections that were opened
     * @param p50Ns       from when a message was to be sent to the packet that completed its delivery; UNKNOWN where the
     *                    samples do not suffice
     */
    record Result(long timeNs, String transport, String server, long clients, long size, long sent, long delivered,
                  long lost, long duplicated, long packets, long connections, Octets octets, long p50Ns, long p99Ns,
                  long maxNs) implements CostEvent {
        @Override
        public EventType type() {
            return EventType.COST_RESULT;
        }
    }

    /**
     * Clients that are connected while nobody says anything.
     *
     * @param durationNs of the time that was counted
     * @param packets    in that time
     * @param bytes      of them on the wire
     */
    record Idle(long timeNs, String transport, String server, long clients, long durationNs, long packets, long bytes)
            implements CostEvent {
        @Override
        public EventType type() {
            return EventType.COST_IDLE;
        }
    }
}
