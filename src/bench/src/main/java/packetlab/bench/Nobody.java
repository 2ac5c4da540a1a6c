package packetlab.bench;

import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;

/** Wants no event: everything is decoded, checked and counted, nothing is built. */
enum Nobody implements EventListener {
    LISTENS;

    @Override
    public void onEvent(Event event) {
        throw new AssertionError("not wanted: " + event);
    }

    @Override
    public boolean wants(EventType type) {
        return false;
    }
}
