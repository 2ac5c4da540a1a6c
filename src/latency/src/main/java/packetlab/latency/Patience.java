package packetlab.latency;

import java.io.IOException;
import packetlab.os.MessageMemory;
import packetlab.os.Sockets;

/** Waits for a datagram in one of the two ways, and not for ever. */
final class Patience {
    private static final int SPINS = 256;

    private final boolean spins;
    private final long limitNs;

    /** @param limitNs for a socket that blocks, set on the socket itself */
    Patience(Setting.Wait wait, long limitNs) {
        this.spins = wait == Setting.Wait.SPIN;
        this.limitNs = limitNs;
    }

    /** @param stamps takes the kernel's stamp of what comes; null for nobody */
    int receive(MessageMemory in, int fd, int room, Stamps stamps) throws IOException {
        if (stamps != null) {
            return stamps.receive(in, 0, room, 0);
        }
        if (!spins) {
            return in.receive(fd, 0, room, 0);
        }
        int n = in.receive(fd, 0, room, Sockets.MSG_DONTWAIT);
        if (n != MessageMemory.NOTHING) {
            return n;
        }
        long deadlineNs = System.nanoTime() + limitNs;
        while (true) {
            for (int i = 0; i < SPINS; i++) {
                n = in.receive(fd, 0, room, Sockets.MSG_DONTWAIT);
                if (n != MessageMemory.NOTHING) {
                    return n;
                }
                Thread.onSpinWait();
            }
            if (System.nanoTime() - deadlineNs > 0) {
                return MessageMemory.NOTHING;
            }
        }
    }
}
