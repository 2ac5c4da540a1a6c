package packetlab.cli;

import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** Stands for a capture where there is nothing to capture: Unix-domain sockets send no packets. Never ends by itself. */
final class NoPackets implements PacketSource {
    private static final int WAIT_MS = 20;

    @Override
    public int poll(PacketHandler handler) {
        try {
            Thread.sleep(WAIT_MS);
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return END;
        }
    }

    @Override
    public void close() {}
}
