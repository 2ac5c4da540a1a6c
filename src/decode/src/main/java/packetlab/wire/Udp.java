package packetlab.wire;

/**
 * UDP, RFC 768. Lengths are octets.
 * <pre>
 *  0      2      4        6          8
 *  | src  | dst  | length | checksum | payload ...
 * </pre>
 */
public final class Udp {
    public static final int HEADER_LENGTH = 8;
    private static final int SRC_PORT = 0, DST_PORT = 2, LENGTH = 4, CHECKSUM = 6;

    private Udp() {}

    /** Reusable cursor over one datagram; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;
        private int capturedEnd;
        private int wireLength;

        /** Checks bounds once; accessors are safe iff this returned {@link Fault#NONE}. */
        public Fault wrap(byte[] a, int offset, int captured, int onWire) {
            array = a;
            at = offset;
            if (captured < HEADER_LENGTH) {
                return onWire < HEADER_LENGTH ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
            }
            int length = Net.u16(a, offset + LENGTH);
            if (length == 0) {
                length = onWire; // RFC 2675 section 4: jumbogram, trust the IP layer
            }
            if (length < HEADER_LENGTH) {
                return Fault.LENGTH_TOO_SMALL;
            }
            if (length > onWire) {
                return Fault.LENGTH_TOO_LARGE;
            }
            wireLength = length;
            capturedEnd = offset + Math.min(length, captured);
            return Fault.NONE;
        }

        /** What the datagram lies in. */
        public byte[] array() {
            return array;
        }

        public int sourcePort() {
            return Net.u16(array, at + SRC_PORT);
        }

        public int destinationPort() {
            return Net.u16(array, at + DST_PORT);
        }

        /** 0: the sender computed none (RFC 768). */
        public int checksum() {
            return Net.u16(array, at + CHECKSUM);
        }

        public int payloadOffset() {
            return at + HEADER_LENGTH;
        }

        public int payloadWireLength() {
            return wireLength - HEADER_LENGTH;
        }

        public int payloadCapturedLength() {
            return capturedEnd - at - HEADER_LENGTH;
        }
    }
}
