package packetlab.fuzz;

import packetlab.event.EventListener;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.StreamHandler;
import packetlab.message.MessageCounters;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;

/** One connection's octets on their way into the message room, without packets: all of them come in packet 1. */
final class OneStream implements AutoCloseable {
    private final MessageDecoder decoder;
    private final StreamHandler handler;

    OneStream(EventListener listener, MessageLimits limits) {
        decoder = new MessageDecoder(listener, limits);
        handler = decoder.open(new StreamHandler.Stream() {
            @Override
            public long stream() {
                return 0;
            }

            @Override
            public long frame() {
                return 1;
            }

            @Override
            public long timeNs() {
                return 1;
            }

            @Override
            public TcpEvent.Start start() {
                return TcpEvent.Start.HANDSHAKE;
            }
        });
    }

    void send(Side from, byte[] octets) {
        if (octets.length > 0) {
            handler.onData(from, octets, 0, octets.length);
        }
    }

    /** In pieces of 1 to {@code longest} octets; which, {@code seed} says. */
    void sendInPieces(Side from, byte[] octets, int longest, int seed) {
        int state = seed;
        for (int at = 0; at < octets.length;) {
            state = state * 1_103_515_245 + 12_345;
            int n = Math.min(octets.length - at, 1 + (state >>> 16) % longest);
            // In the middle of other octets.
            byte[] piece = new byte[n + 2];
            System.arraycopy(octets, at, piece, 1, n);
            handler.onData(from, piece, 1, n);
            at += n;
        }
    }

    void end() {
        handler.onFin(Side.CLIENT);
        handler.onFin(Side.SERVER);
        handler.onClose(TcpEvent.How.FIN);
    }

    MessageCounters counters() {
        return decoder.counters();
    }

    @Override
    public void close() {
        decoder.close();
    }
}
