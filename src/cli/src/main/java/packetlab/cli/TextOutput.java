package packetlab.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.report.EventFilter;
import packetlab.report.Summary;
import packetlab.report.TextReport;

/** The ladder and the summary; when quiet, the summary only. */
final class TextOutput implements Output {
    static final int COLUMNS = 100;

    private final Console console;
    private final TextReport report;
    private final boolean quiet;

    TextOutput(Console console, boolean colored, EventFilter filter, boolean verbose, boolean quiet) {
        this.console = console;
        this.report = new TextReport(console.out(),
                new TextReport.Options(COLUMNS, colored, console.utf8(), verbose, filter));
        this.quiet = quiet;
    }

    @Override
    public void onEvent(Event event) {
        if (!quiet) {
            report.onEvent(event);
        }
    }

    @Override
    public boolean wants(EventType type) {
        return !quiet && report.wants(type);
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
        try {
            if (!quiet) {
                console.out().write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new Summary(console.out(), COLUMNS, console.utf8()).print(end, Summary.Figures.of(messages, decoder));
    }
}
