package packetlab.fuzz;

import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;
import packetlab.report.TextReport;
import packetlab.wire.PacketHandler;

/** Everything from a packet to the printed line, with a witness in its midst; with usual or with narrow limits. */
final class Room implements AutoCloseable {
    private static final MessageLimits NARROW =
            new MessageLimits(600, 700, 10_000, 3, 2_000, 5_000, 2, 2, 1_500, 2, 500, 4, 2, 2, 300);
    private static final FlowLimits FEW = new FlowLimits(16, 4, 3_000, 4_000, 512, 2_048, 2, 8_192);
    /** Octets of a line without what the capture brings. */
    private static final long LINE = 4_096;
    /** How often an octet of the capture may be printed, and as how many: in a finding too, as \\u0000. */
    private static final long PRINTED = 100;

    private final JsonLines json = new JsonLines();
    private final JsonReport jsonReport = new JsonReport(json, EventFilter.ALL, true);
    private final TextLines text = new TextLines();
    private final TextReport textReport;
    private final Witness witness;
    private final MessageDecoder messages;
    private final Decoder decoder;

    Room(boolean narrow, boolean lastWins) {
        textReport = new TextReport(text, new TextReport.Options(narrow ? 60 : 100, false, !lastWins, narrow,
                EventFilter.ALL));
        MessageLimits limits = narrow ? NARROW : MessageLimits.DEFAULT.with("inflated-size", 4 << 20);
        witness = new Witness(limits.shownPayload(), this::packetsSoFar, List.of(jsonReport, textReport));
        messages = new MessageDecoder(witness, limits);
        witness.before(messages);
        decoder = new Decoder(witness, witness, narrow ? FEW : FlowLimits.DEFAULT, lastWins);
        tell(new CaptureEvent.Start(Event.NO_TIME, "capture", null, null, null));
    }

    private long packetsSoFar() {
        return decoder.packets();
    }

    private void tell(Event event) {
        jsonReport.onEvent(event);
        textReport.onEvent(event);
    }

    PacketHandler packets() {
        return decoder;
    }

    Decoder decoder() {
        return decoder;
    }

    /** The capture is over; it had {@code captured} octets. Returns how many octets that was worth. */
    long end(long captured) {
        decoder.finish();
        witness.end();
        tell(new CaptureEvent.End(Event.NO_TIME, decoder.packets(), decoder.bytes(), Event.UNKNOWN,
                decoder.tcp().streams(), decoder.tcp().findings()));
        jsonReport.flush();
        textReport.flush();
        long octets = captured + messages.counters().inflatedBytes();
        long printed = json.octets() + text.octets();
        Check.that(printed <= PRINTED * octets + LINE * (witness.events() + 2), printed + " octets printed of "
                + witness.events() + " events from " + octets + " octets");
        return octets + 60 * decoder.packets() + printed;
    }

    @Override
    public void close() {
        messages.close();
    }
}
