package packetlab.cli;

import java.util.function.LongSupplier;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.TcpEvent;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.WallClock;
import packetlab.timeline.JoinedRun;
import packetlab.timeline.Timeline;
import packetlab.timeline.TimelineLimits;

/**
 * Joins calls with packets on their way to an output. The output gets its packets at once, and each call when as much of
 * it is known as the output waits for.
 */
final class JoinOutput implements Output, Timeline.Listener {
    /** What an output waits for before it gets a call. */
    enum When {
        /** That it has returned. */
        RETURNED,
        /** Its place in its stream. */
        PLACED,
        /** Its packets. */
        JOINED
    }

    /** Packets and calls come from different threads: after this long all of both have been told. */
    private static final long SETTLED_NS = 300_000_000L;
    private static final int SYN = 2, CONTROL = 7;

    private final Output output;
    private final When when;
    private final JoinedRun run;
    private final LongSupplier completeNs;
    private final Timeline timeline = new Timeline(TimelineLimits.DEFAULT, this);
    private final Segments outputSegments;
    /** A plain segment that may prove to complete a handshake, for outputs that want only such. */
    private TcpEvent.Segment held;

    JoinOutput(Output output, When when, JoinedRun run) {
        this(output, when, run, () -> WallClock.nowNs() - SETTLED_NS);
    }

    /** @param completeNs until when all calls and packets were told, when {@link #flush} is called */
    JoinOutput(Output output, When when, JoinedRun run, LongSupplier completeNs) {
        this.completeNs = completeNs;
        this.output = output;
        this.when = when;
        this.run = run;
        this.outputSegments = output.wants(EventType.TCP_SEGMENT) ? output.segments() : Segments.NONE;
    }

    @Override
    public boolean wants(EventType type) {
        return switch (type) {
            case CALL, TCP_SEGMENT, TCP_FINDING, UDP_DATAGRAM, ICMP_MESSAGE, OTHER, DROPPED,
                    WIRE_DROPPED, WIRE_DELAYED, WIRE_CHANGED, WIRE_PASSED -> true;
            default -> output.wants(type);
        };
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public void onEvent(Event event) {
        if (event instanceof CallEvent call) {
            timeline.call(call);
            if (when == When.RETURNED) {
                pass(call);
            }
            return;
        }
        timeline.packet(event);
        run.packet(event);
        if (event instanceof TcpEvent.Segment segment) {
            pass(segment);
        } else {
            if (held != null && event instanceof TcpEvent.Open && event.frame() == held.frame()) {
                pass((Event) held);
            }
            pass(event);
        }
    }

    private void pass(TcpEvent.Segment segment) {
        boolean passes = outputSegments == Segments.ALL
                || outputSegments == Segments.CONTROL && (segment.flags() & CONTROL) != 0;
        held = outputSegments == Segments.CONTROL && (segment.flags() & SYN) == 0 && !passes ? segment : null;
        if (passes) {
            pass((Event) segment);
        }
    }

    private void pass(Event event) {
        if (output.wants(event.type())) {
            output.onEvent(event);
        }
    }

    @Override
    public void placed(CallEvent call) {
        if (when == When.PLACED) {
            pass(call);
        }
    }

    @Override
    public void joined(CallEvent call) {
        run.call(call);
        if (when == When.JOINED) {
            pass(call);
        }
    }

    @Override
    public void limit(CaptureEvent.Limit limit) {
        pass(limit);
    }

    @Override
    public void flush() {
        timeline.settle(completeNs.getAsLong());
        output.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        timeline.finish();
        output.finish(end, decoder, messages);
    }
}
