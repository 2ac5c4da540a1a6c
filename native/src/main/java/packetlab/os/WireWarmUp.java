package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.rules.Fate;
import packetlab.rules.Impairments;
import packetlab.rules.Judge;
import packetlab.rules.PacketWatch;
import packetlab.rules.RuleSet;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.Tcp;

/** Runs the code on a packet's way through a wire, with packets that nobody ever sees. */
final class WireWarmUp {
    private static final int ROUNDS = 600;
    private static final int FRAME = 74;
    /** For experiments (IEEE 802): whoever gets such a frame throws it away. */
    private static final int ETHERTYPE_EXPERIMENTAL = 0x88B5;

    private WireWarmUp() {}

    static void run(Impairments faults, WirePort end) throws IOException {
        ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
        Judge judge = new Judge(new RuleSet(), faults, 0);
        WireQueue queue = new WireQueue(8, FRAME);
        Fate fate = new Fate();
        try (PacketWatch watch = new PacketWatch(false)) {
            for (int i = 0; i < ROUNDS; i++) {
                boolean back = (i & 1) == 1;
                segment(frame, back, i < 2, i);
                judge.decide(watch.onPacket(frame, 0, FRAME, FRAME, i * 1_000L, LinkType.EN10MB, 0), fate);
                int slot = queue.store(frame, 0, FRAME);
                queue.schedule(slot, i);
                queue.release(queue.take());
            }
        }
        WirePort outside = new WirePort(Wire.NEAR, FRAME, RingOptions.MIN_BUFFER_BYTES);
        try {
            Net.put16(frame, 12, ETHERTYPE_EXPERIMENTAL);
            outside.send(frame, 0, FRAME);
            end.send(frame, 0, FRAME);
            end.read(8, (b, at, captured, wire, ns, link, flags) -> { });
        } finally {
            outside.close();
        }
    }

    /** SYN, SYN/ACK, then data that goes to and fro. */
    private static void segment(ByteBuffer b, boolean back, boolean opens, int n) {
        Net.put16(b, 12, 0x0800);
        Net.put32(b, 14, 0x4500_0000 | FRAME - 14);
        Net.put32(b, 18, 0);
        Net.put32(b, 22, 64 << 24 | Sockets.IPPROTO_TCP << 16);
        Net.put32(b, 26, back ? 2 : 1);
        Net.put32(b, 30, back ? 1 : 2);
        Net.put16(b, 34, back ? 2 : 1);
        Net.put16(b, 36, back ? 1 : 2);
        int octets = FRAME - 54;
        Net.put32(b, 38, opens ? 0 : 1 + (n / 2 - 1) * octets);
        Net.put32(b, 42, opens ? 1 : 1 + ((n - 1) / 2) * octets);
        Net.put16(b, 46, 5 << 12 | (opens ? Tcp.SYN : Tcp.PSH) | (back || !opens ? Tcp.ACK : 0));
        Net.put16(b, 48, 1024);
    }
}
