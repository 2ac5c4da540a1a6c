package packetlab.flow;

import packetlab.event.Side;
import packetlab.event.TcpEvent;

/**
 * Takes the bytes of one connection, each side in order and each byte once. One handler per connection, called on the
 * decoding thread while the packet that made the bytes available is being handled: {@code stream.frame()} and
 * {@code stream.timeNs()} are that packet's.
 */
public interface StreamHandler {
    /** Why bytes are missing. */
    enum GapCause {
        /** Never captured, though the receiver acknowledged them. */
        LOST_ACKED,
        /** Never captured, and not acknowledged either. */
        LOST_UNACKED,
        /** The packet was captured, its tail was not. */
        SNAPLEN,
        /** They, or what had to wait for them, did not fit into the limit for out-of-order bytes. */
        LIMIT
    }

    /** What a handler may ask about the connection it serves. */
    interface Stream {
        /** 0-based, in order of first packet. */
        long stream();

        /** Number of the packet being handled. */
        long frame();

        /** Time of the packet being handled, or {@code Event.NO_TIME}. */
        long timeNs();

        /** How the capture meets the connection; MIDSTREAM means that the first bytes may be anything. */
        TcpEvent.Start start();
    }

    /** Makes the handler of a connection when its first byte (or gap) arrives. */
    @FunctionalInterface
    interface Factory {
        StreamHandler open(Stream stream);
    }

    /** In-order bytes; valid, and not to be changed, until this returns. {@code length} is at least 1. */
    void onData(Side from, byte[] array, int offset, int length);

    /** The next {@code length} bytes of that side are missing; what follows continues behind them. */
    void onGap(Side from, long length, GapCause cause);

    /** That side has sent its FIN and every byte before it was delivered or reported missing. */
    void onFin(Side from);

    /** The connection is over; no call follows. OPEN: the capture ended first. */
    void onClose(TcpEvent.How how);
}
