package packetlab.fuzz;

import packetlab.wire.Tcp;

/**
 * The input is what a few connections send, as segments: their payload in the input, their headers made to fit, with
 * losses, repetitions, disorder, cuts and resets where the input says so. All the way to the printed line: for what a
 * mutated capture file seldom reaches, since its packets stop to be packets.
 */
public final class ConversationTarget {
    private static final int CONNECTIONS = 4;
    private static final int MAX_SEGMENTS = 2_000;

    private ConversationTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int how = in.u8();
        long worth;
        try (Room room = new Room((how & 1) != 0, (how & 2) != 0)) {
            Sender sender = new Sender(new Segments(room.packets()), (how & 4) != 0);
            for (int n = 0; in.more() && n < MAX_SEGMENTS; n++) {
                sender.segment(in);
            }
            worth = room.end(input.length);
        }
        effort.wasWorth(worth);
    }

    private static final class Sender {
        private final Segments segments;
        private final boolean midstream;
        private final int[][] next = new int[CONNECTIONS][2];
        private final boolean[] begun = new boolean[CONNECTIONS];

        Sender(Segments segments, boolean midstream) {
            this.segments = segments;
            this.midstream = midstream;
        }

        /**
         * One segment: connection and direction in three bits, and in the others what is unusual about it; then the
         * length of its payload and that.
         */
        void segment(Input in) {
            int op = in.u8();
            int c = op & 3;
            int from = op >> 2 & 1;
            int flags = Tcp.ACK;
            int shift = 0;
            int cut = 0;
            if (!begun[c]) {
                begin(c);
            }
            if ((op & 8) != 0) {
                shift = (byte) in.u8(); // sent again in part, or something before it is missing
            }
            if ((op & 16) != 0) {
                int more = in.u8();
                flags = (more & 1) != 0 ? more >> 1 & 0x37 : flags;
                cut = (more & 0x80) != 0 ? in.u8() : 0;
                segments.pass((more & 0x40) != 0 ? 700_000_000L : 0);
            }
            byte[] payload = in.take((op & 32) != 0 ? in.u16() : in.u8());
            if ((op & 64) != 0) {
                inPieces(c, from, payload, 1 + in.u8() % 16);
                return;
            }
            int at = next[c][from] + shift;
            segments.send(c, from == 0, flags, at, next[c][1 - from], 0xFFFF, payload, cut);
            int end = at + payload.length + (flags & Tcp.FIN) + (flags >> 1 & 1);
            // Not sent with this bit: as if a later segment had come first.
            if ((op & 128) == 0 && end - next[c][from] > 0) {
                next[c][from] = end;
            }
        }

        private void inPieces(int c, int from, byte[] payload, int size) {
            for (int at = 0; at < payload.length; at += size) {
                byte[] piece = java.util.Arrays.copyOfRange(payload, at, Math.min(payload.length, at + size));
                segments.send(c, from == 0, Tcp.ACK, next[c][from], next[c][1 - from], 0xFFFF, piece, 0);
                next[c][from] += piece.length;
            }
        }

        private void begin(int c) {
            begun[c] = true;
            next[c][0] = 0xFFFFFF00 + c;
            next[c][1] = 1_000_000 * c;
            if (midstream) {
                return;
            }
            byte[] nothing = new byte[0];
            segments.send(c, true, Tcp.SYN, next[c][0]++, 0, 0xFFFF, nothing, 0);
            segments.send(c, false, Tcp.SYN | Tcp.ACK, next[c][1]++, next[c][0], 0xFFFF, nothing, 0);
            segments.send(c, true, Tcp.ACK, next[c][0], next[c][1], 0xFFFF, nothing, 0);
        }
    }
}
