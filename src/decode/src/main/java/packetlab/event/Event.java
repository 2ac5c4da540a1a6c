package packetlab.event;

/**
 * One thing that was observed. Immutable, owned by its reader, safe to keep and to hand to another thread.
 *
 * <p>Conventions of all records: times are nanoseconds since the epoch ({@link #NO_TIME} where the capture has none),
 * durations are nanoseconds, frames are 1-based packet numbers in capture order, streams are 0-based in order of first
 * packet. A value that is not known is {@link #UNKNOWN} or {@code null}, and is left out of the output.
 */
public sealed interface Event
        permits CaptureEvent, TcpEvent, HttpEvent, WsEvent, PacketEvent, CallEvent, NoteEvent, LatencyEvent, WebEvent,
        WireEvent, CostEvent {
    /** The packet carried no time stamp (a pcapng Simple Packet Block). */
    long NO_TIME = Long.MIN_VALUE;
    /** A number that was not observed. */
    long UNKNOWN = -1;

    /** Nanoseconds between two times; UNKNOWN where one is not known, or the clock was set back in between. */
    static long elapsedNs(long fromNs, long toNs) {
        return fromNs == NO_TIME || toNs == NO_TIME || toNs < fromNs ? UNKNOWN : toNs - fromNs;
    }

    /** Which event this is: its name in the output and the constant to switch on. */
    EventType type();

    /** When, in nanoseconds since the epoch, or {@link #NO_TIME}. */
    long timeNs();

    /** 1-based number of the packet that completed the thing; 0 where no packet did. */
    long frame();
}
