package packetlab.cli;

import packetlab.event.CaptureEvent;
import packetlab.event.EventListener;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.report.EventFilter;

/**
 * Where a command's events go: lines for people or NDJSON for programs. What cannot be written is an
 * {@link java.io.UncheckedIOException}.
 */
interface Output extends EventListener {
    /** Hands on every line so far. */
    void flush();

    /** The last lines. */
    void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages);

    /** @param verbose whether each packet is worth a line */
    static Output of(Console console, CommonOptions common, EventFilter filter, boolean verbose) {
        return common.json ? new JsonOutput(console, filter, verbose, common.quiet)
                : new TextOutput(console, common.colored(), filter, verbose, common.quiet);
    }
}
