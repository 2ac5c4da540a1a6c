package packetlab.event;

/** Packets outside TCP connections. */
public sealed interface PacketEvent extends Event {
    /**
     * @param length   payload octets on the wire
     * @param checksum null where not all of the datagram was captured
     */
    record Datagram(long timeNs, long frame, Endpoint source, Endpoint destination, long length, Checksum checksum)
            implements PacketEvent {
        @Override
        public EventType type() {
            return EventType.UDP_DATAGRAM;
        }
    }

    /**
     * @param version 4 or 6: which ICMP
     * @param name    such as {@code echo-request}, {@code port-unreachable}; {@code type 13} where it has none here
     * @param stream  the connection that an error message quotes, or UNKNOWN
     */
    record Icmp(long timeNs, long frame, String source, String destination, int version, int icmpType, int code,
                String name, long length, long stream) implements PacketEvent {
        @Override
        public EventType type() {
            return EventType.ICMP_MESSAGE;
        }
    }

    /**
     * What the capture file says of where a packet came from; before the packet's other events.
     *
     * @param direction {@code inbound} or {@code outbound}, seen from the capturing machine; null where not told
     * @param processId the process that it belongs to, or UNKNOWN
     * @param threadId  likewise
     */
    record Origin(long frame, String direction, long processId, long threadId) implements PacketEvent {
        @Override
        public EventType type() {
            return EventType.PACKET_ORIGIN;
        }

        @Override
        public long timeNs() {
            return NO_TIME;
        }
    }

    /**
     * A packet that is not decoded further.
     *
     * @param protocol innermost protocol that was recognised, or its number, such as {@code ARP}, {@code IP protocol 47}
     * @param source   null where it has no address that is decoded
     * @param length   octets on the wire of the whole packet
     * @param fault    why decoding stopped, in words; null where nothing is wrong
     */
    record Other(long timeNs, long frame, String protocol, String source, String destination, long length,
                 String fault) implements PacketEvent {
        @Override
        public EventType type() {
            return EventType.OTHER;
        }
    }
}
