package packetlab.latency;

import packetlab.event.Event;
import packetlab.os.SocketAddress;

/** A server that somebody else runs: all that is known of it is its address. */
record ElsewhereServer(SocketAddress address) implements Server {
    @Override
    public long cpuNs() {
        return Event.UNKNOWN;
    }

    @Override
    public long dropped() {
        return Event.UNKNOWN;
    }

    @Override
    public String failure() {
        return null;
    }

    @Override
    public void close() {
        // not ours
    }
}
