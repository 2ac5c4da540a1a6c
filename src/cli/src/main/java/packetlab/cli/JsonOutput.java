package packetlab.cli;

import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;

/** NDJSON; when quiet, its last line only. */
final class JsonOutput implements Output {
    private final JsonReport report;
    private final boolean quiet;

    JsonOutput(Console console, EventFilter filter, boolean verbose, boolean quiet) {
        this.report = new JsonReport(console.out(), filter, verbose);
        this.quiet = quiet;
    }

    @Override
    public void onEvent(Event event) {
        if (!quiet || event.type() == EventType.END) {
            report.onEvent(event);
        }
    }

    @Override
    public boolean wants(EventType type) {
        return (!quiet || type == EventType.END) && report.wants(type);
    }

    @Override
    public Segments segments() {
        return quiet ? Segments.NONE : report.segments();
    }

    @Override
    public void flush() {
        report.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        onEvent(end);
        flush();
    }
}
