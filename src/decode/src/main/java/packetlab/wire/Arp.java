package packetlab.wire;

/**
 * ARP for IPv4 over Ethernet, RFC 826.
 * <pre>
 *  0          2          4    5    6           8         14       18        24       28
 *  | hardware | protocol | 6  | 4  | operation | sender's MAC, IP | target's MAC, IP |
 * </pre>
 */
public final class Arp {
    public static final int LENGTH = 28;
    public static final int REQUEST = 1, REPLY = 2;
    private static final int ETHERNET_HEADER = 14;
    /** Ethernet, IPv4, six octets and four. */
    private static final long KIND = 0x0001_0800_0604L;
    private static final int OPERATION = 6, SENDER_MAC = 8, SENDER = 14, TARGET = 24;

    private Arp() {}

    /** Reusable cursor over one packet; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;

        /**
         * Looks at what the dissector has found to be ARP, directly behind an Ethernet header.
         *
         * @return whether it is ARP of this kind and all there
         */
        public boolean wrap(Dissector d, int captured, int linkType) {
            array = d.array();
            at = d.packetOffset() + ETHERNET_HEADER;
            return linkType == LinkType.EN10MB && d.ipVersion() == 0 && captured >= ETHERNET_HEADER + LENGTH
                    && Net.u16(array, at - 2) == 0x0806 && Net.i64(array, at) >>> 16 == KIND;
        }

        public int operation() {
            return Net.u16(array, at + OPERATION);
        }

        public String sender() {
            return IpAddress.text(4, 0, Net.u32(array, at + SENDER));
        }

        public String target() {
            return IpAddress.text(4, 0, Net.u32(array, at + TARGET));
        }

        /** Such as {@code ARP reply, 02:50:4c:00:01:02}: the hardware address is the sender's. */
        public String words() {
            String name = operation() == REQUEST ? "ARP request" : operation() == REPLY ? "ARP reply"
                    : "ARP operation " + operation();
            StringBuilder words = new StringBuilder(name).append(", ");
            for (int i = 0; i < 6; i++) {
                int octet = Net.u8(array, at + SENDER_MAC + i);
                words.append(i == 0 ? "" : ":").append(Character.forDigit(octet >>> 4, 16))
                        .append(Character.forDigit(octet & 15, 16));
            }
            return words.toString();
        }
    }
}
