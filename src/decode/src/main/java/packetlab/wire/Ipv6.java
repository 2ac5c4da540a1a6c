package packetlab.wire;

/**
 * IPv6, RFC 8200 section 3, with its chain of extension headers (section 4) followed. Lengths are octets.
 * <pre>
 *  0              4         6             7           8        24       40
 *  |v|class|flow  | payload | next header | hop limit | source | dest.  | extension headers ... payload
 * </pre>
 */
public final class Ipv6 {
    public static final int HEADER_LENGTH = 40;
    private static final int PAYLOAD_LENGTH = 4, NEXT_HEADER = 6, HOP_LIMIT = 7, SOURCE = 8, DESTINATION = 24;
    private static final int HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION_OPTIONS = 60,
            MOBILITY = 135, HIP = 139, SHIM6 = 140;
    /** A longer chain is an attack: RFC 7112 section 1. */
    public static final int MAX_EXTENSION_HEADERS = 32;

    private Ipv6() {}

    /** Reusable cursor over one packet; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;
        private int protocol;
        private int payloadOffset;
        private int payloadWireLength;
        private int payloadCapturedLength;
        private boolean fragment;
        private boolean moreFragments;
        private int fragmentOffset;
        private int identification;
        private boolean lengthBeyondLink;

        /** Checks bounds once; accessors are safe iff this returned {@link Fault#NONE}. */
        public Fault wrap(byte[] a, int offset, int captured, int onWire) {
            array = a;
            at = offset;
            if (captured < HEADER_LENGTH) {
                return onWire < HEADER_LENGTH ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
            }
            if (Net.u8(a, offset) >>> 4 != 6) {
                return Fault.BAD_VERSION;
            }
            protocol = Net.u8(a, offset + NEXT_HEADER);
            int length = Net.u16(a, offset + PAYLOAD_LENGTH);
            int room = onWire - HEADER_LENGTH;
            if (length == 0) {
                length = room; // segmentation offload or a jumbogram: trust the link
            }
            lengthBeyondLink = length > room;
            payloadOffset = offset + HEADER_LENGTH;
            payloadWireLength = Math.min(length, room);
            payloadCapturedLength = Math.min(payloadWireLength, captured - HEADER_LENGTH);
            fragment = false;
            moreFragments = false;
            fragmentOffset = 0;
            return followExtensions();
        }

        private Fault followExtensions() {
            for (int followed = 0; isExtension(protocol); followed++) {
                if (followed == MAX_EXTENSION_HEADERS) {
                    return Fault.TOO_DEEP;
                }
                if (fragment && fragmentOffset != 0) {
                    return Fault.NONE; // the rest of the chain stands in the first fragment
                }
                if (payloadCapturedLength < 8) {
                    return payloadWireLength < 8 ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
                }
                int size = switch (protocol) {
                    case FRAGMENT -> 8;
                    case AUTHENTICATION -> (Net.u8(array, payloadOffset + 1) + 2) * 4; // RFC 4302 section 2.2
                    default -> (Net.u8(array, payloadOffset + 1) + 1) * 8;
                };
                if (size > payloadCapturedLength) {
                    return size > payloadWireLength ? Fault.LENGTH_TOO_LARGE : Fault.CUT_BY_SNAPLEN;
                }
                if (protocol == FRAGMENT) {
                    int field = Net.u16(array, payloadOffset + 2);
                    fragmentOffset = field & 0xFFF8;
                    moreFragments = (field & 1) != 0;
                    // RFC 6946: an atomic fragment is a whole datagram.
                    fragment = moreFragments || fragmentOffset != 0;
                    identification = Net.i32(array, payloadOffset + 4);
                }
                protocol = Net.u8(array, payloadOffset);
                payloadOffset += size;
                payloadWireLength -= size;
                payloadCapturedLength -= size;
            }
            return Fault.NONE;
        }

        private static boolean isExtension(int protocol) {
            return switch (protocol) {
                case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6 -> true;
                default -> false;
            };
        }

        /** The protocol behind all extension headers; of a later fragment, the one that its fragment header names. */
        public int protocol() {
            return protocol;
        }

        public long sourceHigh() {
            return Net.i64(array, at + SOURCE);
        }

        public long sourceLow() {
            return Net.i64(array, at + SOURCE + 8);
        }

        public long destinationHigh() {
            return Net.i64(array, at + DESTINATION);
        }

        public long destinationLow() {
            return Net.i64(array, at + DESTINATION + 8);
        }

        public int hopLimit() {
            return Net.u8(array, at + HOP_LIMIT);
        }

        public boolean isFragment() {
            return fragment;
        }

        public boolean moreFragments() {
            return moreFragments;
        }

        public int fragmentOffset() {
            return fragmentOffset;
        }

        public int identification() {
            return identification;
        }

        public boolean lengthBeyondLink() {
            return lengthBeyondLink;
        }

        public int headerOffset() {
            return at;
        }

        public int payloadOffset() {
            return payloadOffset;
        }

        public int payloadWireLength() {
            return payloadWireLength;
        }

        public int payloadCapturedLength() {
            return payloadCapturedLength;
        }
    }
}
