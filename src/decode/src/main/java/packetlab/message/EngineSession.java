package packetlab.message;

import packetlab.event.Side;

/** An Engine.IO session: what its sid names, over all connections. */
final class EngineSession {
    final String sid;
    final int version;
    /** Its first packet was seen. */
    final boolean fromStart;
    final SocketIoSide client = new SocketIoSide();
    final SocketIoSide server = new SocketIoSide();
    /** What its messages are; null before that is known. */
    Boolean socketIo;

    EngineSession(String sid, int version, boolean fromStart) {
        this.sid = sid;
        this.version = version;
        this.fromStart = fromStart;
    }

    SocketIoSide side(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** Gives back what waits for attachments. */
    void release(BufferPool buffers) {
        client.forget(buffers);
        server.forget(buffers);
    }
}
