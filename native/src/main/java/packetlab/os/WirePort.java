package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.wire.PacketHandler;

/** One end of a wire: a packet socket that receives what comes in there and sends what is to go out. One thread. */
final class WirePort {
    private final PacketSocket socket;
    private final MessageReader reader;
    private final LibC.Functions c = LibC.get();
    private ByteBuffer known;
    private ByteBuffer view;
    private long refused;

    /** @param longest octets of a frame */
    WirePort(String device, int longest, int bufferBytes) throws IOException {
        RingOptions options = RingOptions.on(device).withSnaplen(longest).withBufferBytes(bufferBytes).withLowLatency(true);
        socket = PacketSocket.open(options);
        try {
            PacketSocket.ignoreOutgoing(socket.fd());       // what we send there does not come back
            reader = new MessageReader(socket, options);
            socket.bind();
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    int fd() {
        return socket.fd();
    }

    /** Delivers what is there, at most so many, without waiting. */
    int read(int limit, PacketHandler handler) throws IOException {
        int delivered = 0;
        while (delivered < limit && reader.hasNext()) {
            reader.deliverNext(handler);
            delivered++;
        }
        return delivered;
    }

    /** For who takes what comes in one by one. */
    MessageReader reader() {
        return reader;
    }

    /** Sends one frame; false where the kernel had no room for it. */
    boolean send(ByteBuffer buffer, int at, int length) {
        if (known != buffer) {
            known = buffer;
            view = buffer.duplicate();
        }
        view.limit(at + length).position(at);
        if (c.send(socket.fd(), view, length, Sockets.MSG_NOSIGNAL) == length) {
            return true;
        }
        refused++;
        return false;
    }

    /** Frames that the kernel did not take. */
    long refused() {
        return refused;
    }

    /** Frames that came while there was no room for them. */
    long dropped() {
        return socket.dropped();
    }

    void close() {
        socket.close();
    }
}
