package packetlab.event;

/**
 * A sink of events. Called on the decoding thread, in capture order. {@link #wants} and {@link #segments} are asked
 * once, when the decoder is made: what nobody wants is counted but never built.
 */
public interface EventListener {
    /** Which TCP segments become {@link TcpEvent.Segment} events. */
    enum Segments {
        NONE,
        /** SYN, FIN and RST segments, and the ACK that completes a handshake. */
        CONTROL,
        ALL
    }

    void onEvent(Event event);

    /** Whether this sink reads events of that type; which of {@code TCP_SEGMENT}, {@link #segments} tells. */
    boolean wants(EventType type);

    default Segments segments() {
        return Segments.NONE;
    }
}
