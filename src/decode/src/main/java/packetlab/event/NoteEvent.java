package packetlab.event;

/**
 * What a demo has found out or means to show, in words: what a failed call says, or what the kernel's counters came to.
 *
 * @param from the side that says it; null for the demo as a whole
 * @param text one line
 */
public record NoteEvent(long timeNs, Side from, String text) implements Event {
    @Override
    public EventType type() {
        return EventType.NOTE;
    }

    @Override
    public long frame() {
        return 0;
    }
}
