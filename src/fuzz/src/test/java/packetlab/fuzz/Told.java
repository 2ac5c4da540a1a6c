package packetlab.fuzz;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;

/** Wants everything and keeps it. */
final class Told implements EventListener {
    final List<Record> events = new ArrayList<>();

    @Override
    public void onEvent(Event event) {
        events.add((Record) event);
    }

    @Override
    public boolean wants(EventType type) {
        return true;
    }

    <T> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
