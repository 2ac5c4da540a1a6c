package packetlab.cli;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.PacketEvent;
import packetlab.pcap.CaptureReader;
import packetlab.wire.LinkType;

/**
 * What a capture file holds beside its packets, as events. A file is opened before the first line is printed, so what it
 * says by then waits until {@link #begin}. Packets of several files are numbered on.
 */
final class FileRemarks implements CaptureReader.Listener {
    /** A file may say any amount before its first packet; this much of it is kept. */
    static final int MAX_WAITING = 4_096;
    private static final String[] DIRECTIONS = {null, "inbound", "outbound", null};

    private final EventListener output;
    private final long packetsBefore;
    private final boolean wantsOrigin;
    private List<Event> waiting = new ArrayList<>();
    private long lost;

    /** @param packetsBefore of the files before this one */
    FileRemarks(EventListener output, long packetsBefore) {
        this.output = output;
        this.packetsBefore = packetsBefore;
        this.wantsOrigin = output.wants(EventType.PACKET_ORIGIN);
    }

    /** From here on each remark is told at once. */
    void begin() {
        List<Event> before = waiting;
        waiting = null;
        before.forEach(this::tell);
        if (lost > 0) {
            tell(new CaptureEvent.Limit(Event.NO_TIME, 0, Event.UNKNOWN, null, "remarks-before-first-packet", MAX_WAITING,
                    lost));
        }
    }

    private void tell(Event event) {
        if (waiting == null) {
            if (output.wants(event.type())) {
                output.onEvent(event);
            }
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(event);
        } else {
            lost++;
        }
    }

    private long numbered(long frame) {
        return frame == 0 ? 0 : packetsBefore + frame;
    }

    @Override
    public void interfaceDescribed(CaptureReader.Interface i) {
        tell(new CaptureEvent.Interface(i.section(), i.number(), LinkType.name(i.linkType()), i.name(), i.description(),
                i.snaplen() == 0 ? Event.UNKNOWN : i.snaplen(), i.filter()));
    }

    @Override
    public void comment(long frame, String text) {
        tell(new CaptureEvent.Comment(numbered(frame), text));
    }

    @Override
    public void oddity(long frame, String text) {
        tell(new CaptureEvent.Oddity(numbered(frame), text));
    }

    @Override
    public void origin(long frame, int direction, long processId, long threadId) {
        if (wantsOrigin) {      // some files say it of every packet
            tell(new PacketEvent.Origin(numbered(frame), DIRECTIONS[direction], processId, threadId));
        }
    }
}
