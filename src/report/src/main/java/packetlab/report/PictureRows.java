package packetlab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WireEvent;
import packetlab.timeline.JoinedRun;

/**
 * Where everything of a run stands in its picture: one row for each moment at which something happened, from top to
 * bottom. Rows are equally far apart, so that a microsecond can be read beside a second; where nothing happened for
 * longer than {@link #BREAK_NS}, a break says for how long.
 */
final class PictureRows {
    static final long BREAK_NS = 1_000_000;
    static final int ROW = 20, BREAK = 26, SECOND_LINE = 14;
    /** Columns of text beside a bar. */
    static final int TEXT_COLUMNS = 45;
    /** Rows that are drawn; a longer run is cut, which the picture says. */
    static final int MAX_ROWS = 4_000;
    /** Calls of one side that stand beside one another. */
    static final int MAX_LANES = 8;

    /** A call's bar. */
    static final class Bar {
        final CallEvent call;
        int top;
        int bottom;
        int lane;
        /** Nothing happened while it ran: one row. */
        boolean point;

        Bar(CallEvent call) {
            this.call = call;
        }
    }

    /** Octets that one Unix-domain socket's call sent and another's received: no packet, but an arrow all the same. */
    record HandOver(Bar from, Bar to) {}

    /** A packet's arrow, from the row in which it was seen to the one in which it arrived. */
    static final class Arrow {
        final Event packet;
        final int y;
        int endY;

        Arrow(Event packet, int y) {
            this.packet = packet;
            this.y = y;
            endY = y;
        }
    }

    /** A moment that is labelled with its time. */
    record Moment(long timeNs, int y) {}

    /** A stretch of time in which nothing happened. */
    record Break(long durationNs, int y) {}

    final List<Bar> bars = new ArrayList<>();
    final Map<Long, Bar> byId = new HashMap<>();
    final List<Arrow> arrows = new ArrayList<>();
    private final Map<Long, Arrow> byFrame = new HashMap<>();
    final List<Moment> moments = new ArrayList<>();
    final List<Break> breaks = new ArrayList<>();
    final int height;
    final int clientLanes;
    final int serverLanes;
    final long callsLeftOut;
    final long packetsLeftOut;

    private enum What { ENTRY, EXIT, PACKET, ARRIVAL }

    private record Item(long timeNs, What what, Object of) {}

    PictureRows(JoinedRun run, int top) {
        List<Item> items = new ArrayList<>();
        for (CallEvent call : run.calls()) {
            Bar bar = new Bar(call);
            items.add(new Item(call.timeNs(), What.ENTRY, bar));
            if (call.returned()) {
                items.add(new Item(Math.max(call.timeNs(), call.endTimeNs()), What.EXIT, bar));
            }
        }
        for (Event packet : run.packets()) {
            items.add(new Item(packet.timeNs(), What.PACKET, packet));
            for (WireEvent fate : run.fates(packet.frame())) {
                if (fate instanceof WireEvent.Delayed late && packet.timeNs() != Event.NO_TIME) {
                    items.add(new Item(packet.timeNs() + late.delayNs(), What.ARRIVAL, packet.frame()));
                }
            }
        }
        items.sort(Comparator.comparingLong(Item::timeNs));     // stable: entry before exit, capture order
        int y = top;
        long lastNs = Event.NO_TIME;
        int rows = 0;
        int i = 0;
        for (; i < items.size() && rows < MAX_ROWS; i++) {
            Item item = items.get(i);
            if (lastNs != Event.NO_TIME && item.timeNs() - lastNs >= BREAK_NS) {
                breaks.add(new Break(item.timeNs() - lastNs, y + BREAK / 2));
                y += BREAK;
            }
            y += ROW;
            rows++;
            lastNs = item.timeNs();
            moments.add(new Moment(item.timeNs(), y));
            if (item.what() == What.PACKET) {
                Arrow arrow = new Arrow((Event) item.of(), y);
                arrows.add(arrow);
                byFrame.put(arrow.packet.frame(), arrow);
                continue;
            }
            if (item.what() == What.ARRIVAL) {
                byFrame.get((Long) item.of()).endY = y;
                continue;
            }
            Bar bar = (Bar) item.of();
            if (item.what() == What.ENTRY) {
                bar.top = y;
                bar.point = i + 1 < items.size() && items.get(i + 1).of() == bar
                        && Markup.cut(run.mark(bar.call) + CallWords.whole(bar.call), TEXT_COLUMNS)
                                .equals(run.mark(bar.call) + CallWords.whole(bar.call));
                bars.add(bar);
                byId.put(bar.call.id(), bar);
                if (bar.point) {
                    lastNs = items.get(++i).timeNs();
                    bar.bottom = y;
                }
                if (CallWords.library(bar.call) != null) {
                    y += SECOND_LINE;
                }
            } else {
                bar.bottom = y;
            }
        }
        y += ROW;
        for (Bar bar : bars) {
            bar.bottom = bar.bottom == 0 ? y : bar.bottom;
        }
        height = y;
        callsLeftOut = run.callsLeftOut() + run.calls().size() - bars.size();
        packetsLeftOut = run.packetsLeftOut() + run.packets().size() - arrows.size();
        clientLanes = lanes(Side.CLIENT);
        serverLanes = lanes(Side.SERVER);
    }

    /** Gives each call of a side a lane that no other has while it runs, a thread's calls the same where possible. */
    private int lanes(Side side) {
        int[] freeFrom = new int[MAX_LANES];
        Map<Long, Integer> byThread = new HashMap<>();
        int used = 1;
        for (Bar bar : bars) {
            if (side(bar.call) != side) {
                continue;
            }
            Integer before = byThread.get(bar.call.tid());
            int lane = before != null && freeFrom[before] <= bar.top ? before : 0;
            while (lane < MAX_LANES - 1 && freeFrom[lane] > bar.top) {
                lane++;
            }
            bar.lane = lane;
            freeFrom[lane] = bar.bottom + 1;
            byThread.put(bar.call.tid(), lane);
            used = Math.max(used, lane + 1);
        }
        return used;
    }

    List<HandOver> handOvers() {
        List<HandOver> found = new ArrayList<>();
        for (Bar bar : bars) {
            CallEvent.Socket socket = bar.call.socket();
            boolean unix = socket != null && (socket.transport() == CallEvent.Transport.UNIX_STREAM
                    || socket.transport() == CallEvent.Transport.UNIX_DATAGRAM);
            for (long peer : unix ? bar.call.peers() : List.<Long>of()) {
                Bar from = byId.get(peer);
                if (from != null) {
                    found.add(new HandOver(from, bar));
                }
            }
        }
        return found;
    }

    static Side side(CallEvent call) {
        return call.from() == null ? Side.CLIENT : call.from();
    }
}
