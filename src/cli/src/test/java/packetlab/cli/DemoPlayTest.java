package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.event.CallEvent;
import packetlab.event.Endpoint;
import packetlab.event.PacketEvent;
import packetlab.sockets.Demo;
import packetlab.sockets.Demos;
import packetlab.sockets.Stage;

/** How a demo is held back, followed and judged. */
@Timeout(60)
class DemoPlayTest {
    private final List<CallEvent> calls = new CopyOnWriteArrayList<>();

    /** A demo made of one piece of code. */
    private record Made(Stage.Part before, String filter, Stage.Part after) implements Demo {
        @Override
        public String name() {
            return "made";
        }

        @Override
        public String description() {
            return "made for a test";
        }

        @Override
        public Wire wire() {
            return Wire.TCP;
        }

        @Override
        public void run(Stage stage) throws Exception {
            before.play();
            stage.ready(filter);
            after.play();
        }
    }

    @Test
    void nothingIsSentBeforeItIsCaptured() throws Exception {
        try (DemoPlay play = new DemoPlay(Demos.find("udp-echo"), calls::add)) {
            assertTrue(play.begin().startsWith("udp port "));
            Thread.sleep(100);
            assertTrue(calls.stream().noneMatch(c -> c.call().startsWith("send")), calls.toString());
            assertFalse(play.over());
            play.captureRuns();
            long sent = awaitCalls("sendto", 6);
            for (int i = 0; i < sent; i++) {
                assertFalse(play.over(), "datagram " + i + " was not seen yet");
                play.seen(new PacketEvent.Datagram(0, 1, new Endpoint("a", 1), new Endpoint("b", 2), 1, null));
            }
            awaitOver(play);
            assertNull(play.failure());
        }
    }

    @Test
    void aDemoThatFailsBeforeItIsCapturedSaysSoAtOnce() throws Exception {
        IOException inUse = new IOException("in use");
        try (DemoPlay play = new DemoPlay(new Made(() -> {
            throw inUse;
        }, "", () -> { }), calls::add)) {
            assertSame(inUse, assertThrows(IOException.class, play::begin));
        }
    }

    @Test
    void aDemoThatFailsLaterIsOver() throws Exception {
        IOException refused = new IOException("refused");
        try (DemoPlay play = new DemoPlay(new Made(() -> { }, "tcp port 1", () -> {
            throw refused;
        }), calls::add)) {
            assertEquals("tcp port 1", play.begin());
            play.captureRuns();
            awaitOver(play);
            assertSame(refused, play.failure());
        }
    }

    @Test
    void packetsThatNeverComeAreNotWaitedForForever() throws Exception {
        try (DemoPlay play = new DemoPlay(Demos.find("udp-echo"), calls::add)) {
            play.begin();
            play.captureRuns();
            awaitOver(play);
            assertNull(play.failure());
        }
    }

    @Test
    void closingEndsADemoInTheMiddle() throws Exception {
        Demo waits = new Made(() -> { }, "tcp port 1", () -> Thread.sleep(100_000));
        DemoPlay play = new DemoPlay(waits, calls::add);
        play.begin();
        play.captureRuns();
        play.close();
        assertTrue(play.failure() != null, "it has not ended");
    }

    private long awaitCalls(String name, int count) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            if (calls.stream().filter(c -> c.call().equals(name)).count() >= count) {
                break;
            }
            Thread.sleep(5);
        }
        return calls.stream().filter(c -> c.call().equals(name)).count();
    }

    private static void awaitOver(DemoPlay play) throws InterruptedException {
        for (int i = 0; i < 1_000 && !play.over(); i++) {
            Thread.sleep(5);
        }
        assertTrue(play.over());
    }
}
