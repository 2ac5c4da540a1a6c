package packetlab.cli;

import java.util.function.Function;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.WallClock;
import packetlab.report.EventFilter;
import packetlab.report.Summary;
import packetlab.report.TimelineReport;

/** Calls and packets in columns, and the summary. */
final class TimelineText implements Output {
    /** So long a line waits for calls that began before it and have not returned. */
    private static final long HOLD_NS = 1_000_000_000L;

    private final Console console;
    private final TimelineReport report;
    private final EventFilter filter;
    private final ClockWords clock;

    TimelineText(Console console, boolean colored, EventFilter filter, ClockWords clock) {
        this.console = console;
        this.report = new TimelineReport(console.out(), colored, console.utf8());
        this.filter = filter;
        this.clock = clock;
    }

    /** @param marks who made a call, as its line is to begin */
    TimelineText(Console console, boolean colored, EventFilter filter, ClockWords clock, Function<CallEvent, String> marks) {
        this(console, colored, filter, clock);
        report.markBy(marks);
    }

    @Override
    public void onEvent(Event event) {
        if (filter.acceptsStreamOf(event)) {
            report.onEvent(event);
        }
    }

    @Override
    public boolean wants(EventType type) {
        return report.wants(type) && filter.accepts(type, true);
    }

    @Override
    public Segments segments() {
        return report.segments();
    }

    @Override
    public void flush() {
        report.release(WallClock.nowNs() - HOLD_NS);
        report.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        report.finish();
        report.say(clock.line(console.utf8()));
        report.flush();
        new Summary(console.out(), TextOutput.COLUMNS, console.utf8()).print(end, Summary.Figures.of(messages, decoder));
    }
}
