package packetlab.message;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.WsEvent;

/** Which rules one connection gave occasion to check and which it broke, with the first packets in which it did. */
final class Verdict {
    private static final int PACKETS_KEPT = 16;

    private long checked;
    private long broken;
    private long[] counts;
    private long[][] packets;

    void checked(long rules) {
        checked |= rules;
    }

    long checked() {
        return checked;
    }

    void broken(WsRule rule, long packet, boolean remember) {
        checked |= rule.bit();
        broken |= rule.bit();
        if (!remember) {
            return;
        }
        if (counts == null) {
            counts = new long[WsRule.values().length];
            packets = new long[counts.length][];
        }
        int i = rule.ordinal();
        int n = (int) Math.min(counts[i]++, PACKETS_KEPT);
        if (packets[i] == null) {
            packets[i] = new long[PACKETS_KEPT];
        }
        if (n < PACKETS_KEPT) {
            packets[i][n] = packet;
        }
    }

    WsEvent.Verdict toEvent(long timeNs, long packet, long stream) {
        List<WsEvent.Broken> list = new ArrayList<>();
        for (WsRule rule : WsRule.list(broken)) {
            int i = rule.ordinal();
            List<Long> frames = new ArrayList<>();
            for (int n = 0; n < Math.min(counts[i], PACKETS_KEPT); n++) {
                frames.add(packets[i][n]);
            }
            list.add(new WsEvent.Broken(rule.id(), counts[i], frames));
        }
        return new WsEvent.Verdict(timeNs, packet, stream, WsRule.list(checked).stream().map(WsRule::id).toList(),
                list);
    }
}
