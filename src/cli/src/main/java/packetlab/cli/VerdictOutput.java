package packetlab.cli;

import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.report.EventFilter;
import packetlab.report.TextReport;
import packetlab.report.VerdictReport;

/** What the rules of RFC 6455 and RFC 7692 say of each WebSocket connection; nothing else. */
final class VerdictOutput implements Output {
    private final VerdictReport report;

    VerdictOutput(Console console, boolean colored, EventFilter filter, boolean verbose) {
        report = new VerdictReport(console.out(),
                new TextReport.Options(TextOutput.COLUMNS, colored, console.utf8(), verbose, filter));
    }

    @Override
    public void onEvent(Event event) {
        report.onEvent(event);
    }

    @Override
    public boolean wants(EventType type) {
        return report.wants(type);
    }

    @Override
    public void flush() {
        report.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        report.summary();
        report.flush();
    }
}
