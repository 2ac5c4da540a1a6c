package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How much memory the kernel gives to a packet socket's ring: it has no switch that says so, only its answer. */
final class RingProbe {
    private static final int SOL_PACKET = 263, PACKET_RX_RING = 5, PACKET_VERSION = 10, TPACKET_V3 = 2;
    /** struct tpacket_req3: block size, blocks, frame size, frames, retire time, private octets, features. */
    private static final int REQUEST = 28, BLOCK_SIZE = 0, BLOCKS = 4, FRAME_SIZE = 8, FRAMES = 12, RETIRE_MS = 16;
    private static final int BLOCK_OCTETS = 128 << 10, FRAME_OCTETS = 2048;

    private RingProbe() {}

    /** Makes a ring of that many octets, or half of them, and so on, and gives it back; 0 where none can be made. */
    static long largest(int fd, long wanted) throws OsException {
        Sockets.setsockopt(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3);
        for (long octets = wanted; octets >= BLOCK_OCTETS; octets /= 2) {
            try {
                Sockets.setsockopt(fd, SOL_PACKET, PACKET_RX_RING, request((int) (octets / BLOCK_OCTETS)));
                Sockets.setsockopt(fd, SOL_PACKET, PACKET_RX_RING, request(0));
                return octets;
            } catch (OsException e) {
                if (!e.is(Errno.ENOMEM)) {
                    throw e;
                }
            }
        }
        return 0;
    }

    private static ByteBuffer request(int blocks) {
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST).order(ByteOrder.nativeOrder());
        return blocks == 0 ? request : request.putInt(BLOCK_SIZE, BLOCK_OCTETS).putInt(BLOCKS, blocks)
                .putInt(FRAME_SIZE, FRAME_OCTETS).putInt(FRAMES, blocks * (BLOCK_OCTETS / FRAME_OCTETS))
                .putInt(RETIRE_MS, 1);
    }
}
