package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;

import java.util.List;
import org.junit.jupiter.api.Test;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.event.Side;

/** What a long run may make the timeline keep. */
class TimelineLimitsTest {
    @Test
    void callsThatWaitForeverGoOutAsTheyAreAndThatIsSaid() {
        Script script = new Script(new TimelineLimits(32, 1024, 16));
        script.handshake();
        for (int i = 0; i < 100; i++) {
            script.client("send", 200 + 10 * i, 205 + 10 * i, 1);
            script.timeline.settle(206 + 10 * i);
        }
        assertTrue(script.joined.size() >= 60, "" + script.joined.size());
        script.timeline.finish();
        assertEquals(102, script.joined.size());
        assertEquals("timeline-calls", script.limits.get(0).name());
        assertEquals(32, script.limits.get(0).value());
    }

    @Test
    void packetsThatNobodyReadsAreForgottenAndTheirCallsUnknown() {
        Script script = new Script(new TimelineLimits(1024, 64, 16));
        script.handshake();
        for (int i = 0; i < 100; i++) {
            script.segment(CLIENT, 210 + 10 * i, Script.ACK, 1 + i, 1, 1);
        }
        script.client("send", 200, 205, 1);
        script.client("send", 1_190, 1_205, 99);
        script.timeline.finish();
        assertEquals("timeline-packets", script.limits.get(0).name());
        assertEquals(List.of(), script.of(CLIENT, "send", 200).frames());
        assertEquals(Event.UNKNOWN, script.of(CLIENT, "send", 200).uncaptured());
    }

    @Test
    void aLongTransferOfWhichBothEndsAreKnownStaysWithinItsLimit() {
        Script script = new Script(new TimelineLimits(1024, 64, 16));
        script.handshake();
        for (int i = 0; i < 1_000; i++) {
            long at = 200 + 100L * i;
            long data = script.segment(CLIENT, at + 10, Script.ACK, 1 + 10L * i, 1, 10);
            script.segment(Side.SERVER, at + 20, Script.ACK, 1, 11 + 10L * i, 0);
            script.client("send", at, at + 30, 10);
            script.server("recv", at + 5, at + 40, 10);
            script.timeline.settle(at + 50);
            script.assertJoined(CLIENT, "send", at, 10L * i, data);
            script.assertJoined(SERVER, "recv", at + 5, 10L * i, data);
        }
        assertEquals(List.of(), script.limits);
    }

    @Test
    void connectionsBeyondTheLimitAreNotJoinedAndThatIsSaid() {
        Script script = new Script(new TimelineLimits(1024, 1024, 2));
        for (int i = 0; i < 3; i++) {
            script.connection(i, 50_000 + i).segment(CLIENT, 110, Script.SYN, 0, 0, 0);
        }
        assertEquals("timeline-connections", script.limits.get(0).name());
    }

    @Test
    void callsWithoutTheirSocketGoOutAsTheyAre() {
        Script script = new Script();
        script.timeline.call(new CallEvent(1, 2, "send", 1, 1, 5, "", 3, null, Event.UNKNOWN, CLIENT, Event.UNKNOWN, 3,
                List.of()));
        script.call("epoll", CLIENT, "epoll_wait", 3, 4, new CallEvent.Socket(7, Transport.TCP, null, null,
                Event.NO_TIME), "", 1, null, Event.UNKNOWN);
        script.timeline.settle(10);
        assertEquals(2, script.joined.size());
        assertEquals(1, script.joined.get(0).id());
    }
}
