package packetlab.wire;

/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443), whose messages share their first octets. Lengths are octets.
 * <pre>
 *  0      1      2          4                8
 *  | type | code | checksum | rest of header | body (in an error: the packet that caused it)
 * </pre>
 */
public final class Icmp {
    public static final int HEADER_LENGTH = 8;

    private Icmp() {}

    /** Reusable cursor over one message; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;
        private int captured;
        private int wireLength;

        /** Checks bounds once; accessors are safe iff this returned {@link Fault#NONE}. */
        public Fault wrap(byte[] a, int offset, int capturedLength, int onWire) {
            array = a;
            at = offset;
            captured = capturedLength;
            wireLength = onWire;
            if (capturedLength < HEADER_LENGTH) {
                return onWire < HEADER_LENGTH ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
            }
            return Fault.NONE;
        }

        /** What the message lies in. */
        public byte[] array() {
            return array;
        }

        public int type() {
            return Net.u8(array, at);
        }

        public int code() {
            return Net.u8(array, at + 1);
        }

        public int wireLength() {
            return wireLength;
        }

        public int bodyOffset() {
            return at + HEADER_LENGTH;
        }

        public int bodyCapturedLength() {
            return captured - HEADER_LENGTH;
        }

        public int bodyWireLength() {
            return wireLength - HEADER_LENGTH;
        }
    }

    /** Whether a message of that type quotes the packet that caused it. */
    public static boolean quotesPacket(int version, int type) {
        // ICMPv6: all of 0..127 are errors, and 1..4 are those that are defined (RFC 4443 section 2.1).
        return version == 6 ? type >= 1 && type <= 4 : type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }

    /** Its usual name, such as {@code echo-request}; {@code type 40 code 1} where it has none here. */
    public static String name(int version, int type, int code) {
        String name = version == 6 ? name6(type, code) : name4(type, code);
        return name != null ? name : "type " + type + " code " + code;
    }

    private static String name4(int type, int code) {
        return switch (type) {
            case 0 -> "echo-reply";
            case 3 -> switch (code) {
                case 0 -> "net-unreachable";
                case 1 -> "host-unreachable";
                case 2 -> "protocol-unreachable";
                case 3 -> "port-unreachable";
                case 4 -> "fragmentation-needed";
                case 13 -> "administratively-prohibited";
                default -> null;
            };
            case 4 -> "source-quench";
            case 5 -> "redirect";
            case 8 -> "echo-request";
            case 9 -> "router-advertisement";
            case 10 -> "router-solicitation";
            case 11 -> code == 0 ? "ttl-exceeded" : "reassembly-time-exceeded";
            case 12 -> "parameter-problem";
            case 13 -> "timestamp-request";
            case 14 -> "timestamp-reply";
            default -> null;
        };
    }

    private static String name6(int type, int code) {
        return switch (type) {
            case 1 -> switch (code) {
                case 0 -> "no-route";
                case 1 -> "administratively-prohibited";
                case 3 -> "address-unreachable";
                case 4 -> "port-unreachable";
                default -> null;
            };
            case 2 -> "packet-too-big";
            case 3 -> code == 0 ? "hop-limit-exceeded" : "reassembly-time-exceeded";
            case 4 -> "parameter-problem";
            case 128 -> "echo-request";
            case 129 -> "echo-reply";
            case 130 -> "multicast-listener-query";
            case 131, 143 -> "multicast-listener-report";
            case 132 -> "multicast-listener-done";
            case 133 -> "router-solicitation";
            case 134 -> "router-advertisement";
            case 135 -> "neighbor-solicitation";
            case 136 -> "neighbor-advertisement";
            case 137 -> "redirect";
            default -> null;
        };
    }
}
