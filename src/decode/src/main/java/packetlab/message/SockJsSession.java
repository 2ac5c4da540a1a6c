package packetlab.message;

/** A SockJS session: what its URL names, over all connections. */
final class SockJsSession {
    /** A frame has said that it is one. */
    boolean known;
}
