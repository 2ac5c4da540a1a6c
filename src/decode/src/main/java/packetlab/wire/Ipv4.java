package packetlab.wire;

/**
 * IPv4, RFC 791 section 3.1. Lengths are octets.
 * <pre>
 *  0   1    2      4    6        8     9          10         12     16     20
 *  |v|l|tos| total | id | fl,off | ttl | protocol | checksum | src  | dst  | options ... payload
 * </pre>
 */
public final class Ipv4 {
    public static final int HEADER_LENGTH = 20;
    private static final int TOTAL_LENGTH = 2, IDENTIFICATION = 4, FRAGMENT = 6, TTL = 8, PROTOCOL = 9, CHECKSUM = 10,
            SOURCE = 12, DESTINATION = 16;
    private static final int MORE_FRAGMENTS = 0x2000, OFFSET_MASK = 0x1FFF;

    private Ipv4() {}

    /** Reusable cursor over one packet; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;
        private int headerLength;
        private int payloadWireLength;
        private int payloadCapturedLength;
        private boolean lengthBeyondLink;

        /** Checks bounds once; accessors are safe iff this returned {@link Fault#NONE}. */
        public Fault wrap(byte[] a, int offset, int captured, int onWire) {
            array = a;
            at = offset;
            if (captured < HEADER_LENGTH) {
                return onWire < HEADER_LENGTH ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
            }
            int first = Net.u8(a, offset);
            if (first >>> 4 != 4) {
                return Fault.BAD_VERSION;
            }
            headerLength = (first & 0xF) * 4;
            if (headerLength < HEADER_LENGTH) {
                return Fault.LENGTH_TOO_SMALL;
            }
            if (headerLength > captured) {
                return headerLength > onWire ? Fault.LENGTH_TOO_LARGE : Fault.CUT_BY_SNAPLEN;
            }
            int total = Net.u16(a, offset + TOTAL_LENGTH);
            if (total == 0) {
                total = onWire; // segmentation offload: the length was left to the network card
            }
            if (total < headerLength) {
                return Fault.LENGTH_TOO_SMALL;
            }
            // A length beyond what the link carried is a lie, yet what is there can be read.
            lengthBeyondLink = total > onWire;
            int length = Math.min(total, onWire); // behind it: Ethernet padding
            payloadWireLength = length - headerLength;
            payloadCapturedLength = Math.min(length, captured) - headerLength;
            return Fault.NONE;
        }

        public int protocol() {
            return Net.u8(array, at + PROTOCOL);
        }

        /** RFC 791: an address as an int, in network order. */
        public int source() {
            return Net.i32(array, at + SOURCE);
        }

        public int destination() {
            return Net.i32(array, at + DESTINATION);
        }

        public int timeToLive() {
            return Net.u8(array, at + TTL);
        }

        public int identification() {
            return Net.u16(array, at + IDENTIFICATION);
        }

        public int checksum() {
            return Net.u16(array, at + CHECKSUM);
        }

        /** Whether this is not a whole datagram. */
        public boolean isFragment() {
            return (Net.u16(array, at + FRAGMENT) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
        }

        public boolean moreFragments() {
            return (Net.u16(array, at + FRAGMENT) & MORE_FRAGMENTS) != 0;
        }

        /** Octets of the datagram's payload before this fragment's. */
        public int fragmentOffset() {
            return (Net.u16(array, at + FRAGMENT) & OFFSET_MASK) * 8;
        }

        /** Whether the total length is larger than what the link carried. */
        public boolean lengthBeyondLink() {
            return lengthBeyondLink;
        }

        public int headerOffset() {
            return at;
        }

        public int headerLength() {
            return headerLength;
        }

        public int payloadOffset() {
            return at + headerLength;
        }

        public int payloadWireLength() {
            return payloadWireLength;
        }

        public int payloadCapturedLength() {
            return payloadCapturedLength;
        }
    }
}
