package packetlab.wire;

/**
 * TCP, RFC 9293 section 3.1. Lengths are octets.
 * <pre>
 *  0      2      4          8          12  13     14       16         18       20
 *  | src  | dst  | sequence | acked    |off|flags | window | checksum | urgent | options ... payload
 * </pre>
 */
public final class Tcp {
    public static final int HEADER_LENGTH = 20;
    public static final int FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10, URG = 0x20, ECE = 0x40,
            CWR = 0x80, AE = 0x100;
    private static final int SRC_PORT = 0, DST_PORT = 2, SEQUENCE = 4, ACKNOWLEDGMENT = 8, DATA_OFFSET = 12,
            WINDOW = 14, CHECKSUM = 16, URGENT = 18;

    private Tcp() {}

    /** Reusable cursor over one segment; valid until the next wrap or the end of the packet callback. */
    public static final class View {
        private byte[] array;
        private int at;
        private int headerLength;
        private int capturedEnd;
        private int payloadWireLength;

        /**
         * Checks bounds once; accessors are safe iff this returned {@link Fault#NONE}. A header whose options alone
         * were cut by the snap length is readable: {@link #optionsLength} is then what there is of them.
         */
        public Fault wrap(byte[] a, int offset, int captured, int onWire) {
            array = a;
            at = offset;
            if (captured < HEADER_LENGTH) {
                return onWire < HEADER_LENGTH ? Fault.TRUNCATED : Fault.CUT_BY_SNAPLEN;
            }
            headerLength = (Net.u8(a, offset + DATA_OFFSET) >>> 4) * 4;
            if (headerLength < HEADER_LENGTH) {
                return Fault.LENGTH_TOO_SMALL;
            }
            if (headerLength > onWire) {
                return Fault.LENGTH_TOO_LARGE;
            }
            capturedEnd = offset + captured;
            payloadWireLength = onWire - headerLength;
            return Fault.NONE;
        }

        /** What the segment lies in. */
        public byte[] array() {
            return array;
        }

        public int sourcePort() {
            return Net.u16(array, at + SRC_PORT);
        }

        public int destinationPort() {
            return Net.u16(array, at + DST_PORT);
        }

        /** Source port in the upper 16 bits, destination port in the lower. */
        public int ports() {
            return Net.i32(array, at + SRC_PORT);
        }

        /** Compare by signed difference: RFC 9293 section 3.4. */
        public int sequence() {
            return Net.i32(array, at + SEQUENCE);
        }

        public int acknowledgment() {
            return Net.i32(array, at + ACKNOWLEDGMENT);
        }

        public int headerLength() {
            return headerLength;
        }

        /** All nine control bits, AE (RFC 9768; once NS) to FIN. */
        public int flags() {
            return Net.u16(array, at + DATA_OFFSET) & 0x1FF;
        }

        /** As sent, not scaled. */
        public int window() {
            return Net.u16(array, at + WINDOW);
        }

        public int checksum() {
            return Net.u16(array, at + CHECKSUM);
        }

        public int urgentPointer() {
            return Net.u16(array, at + URGENT);
        }

        public int headerOffset() {
            return at;
        }

        public int optionsOffset() {
            return at + HEADER_LENGTH;
        }

        /** Octets of options that were captured. */
        public int optionsLength() {
            return Math.min(headerLength, capturedEnd - at) - HEADER_LENGTH;
        }

        public int payloadOffset() {
            return at + headerLength;
        }

        public int payloadWireLength() {
            return payloadWireLength;
        }

        public int payloadCapturedLength() {
            return Math.max(0, Math.min(payloadWireLength, capturedEnd - at - headerLength));
        }
    }
}
