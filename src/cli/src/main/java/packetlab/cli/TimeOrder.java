package packetlab.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.WallClock;

/**
 * Puts calls and packets, which come from different threads, in the order in which they happened: each event is held
 * back for a moment. A call that took longer than that comes late, when it has returned.
 */
final class TimeOrder implements Output {
    private static final long HOLD_NS = 300_000_000L;

    private final Output output;
    private final List<Event> held = new ArrayList<>();

    TimeOrder(Output output) {
        this.output = output;
    }

    @Override
    public void onEvent(Event event) {
        if (event.timeNs() == Event.NO_TIME || event.type() == EventType.START) {
            output.onEvent(event);
        } else {
            held.add(event);
        }
    }

    @Override
    public boolean wants(EventType type) {
        return output.wants(type);
    }

    @Override
    public Segments segments() {
        return output.segments();
    }

    @Override
    public void flush() {
        release(WallClock.nowNs() - HOLD_NS);
        output.flush();
    }

    @Override
    public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
        release(Long.MAX_VALUE);
        output.finish(end, decoder, messages);
    }

    private void release(long untilNs) {
        held.sort(Comparator.comparingLong(Event::timeNs));      // stable: what one packet told stays together
        int count = 0;
        while (count < held.size() && held.get(count).timeNs() <= untilNs) {
            output.onEvent(held.get(count));
            count++;
        }
        held.subList(0, count).clear();
    }
}
