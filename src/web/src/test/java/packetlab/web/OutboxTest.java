package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> sent = new ArrayList<>();
    private int counted;
    private boolean brokenOwner, noThread;
    private Throwable failure;
    private final Outbox outbox = new Outbox(3, 10, this::begin, new Outbox.Owner() {
        @Override
        public void sent(int messages) {
            counted += messages;
        }

        @Override
        public void failed(Throwable why) {
            failure = why;
            if (brokenOwner) {
                throw new IllegalStateException("the owner is broken, too");
            }
        }
    });

    private void begin(Runnable task) {
        if (noThread) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        tasks.add(task);
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static List<String> texts(List<Message> batch) {
        return batch.stream().map(Message::text).toList();
    }

    @Test
    void messagesWaitForAWayAndLeaveInOrder() {
        assertTrue(outbox.offer(Message.of("a")) && outbox.offer(Message.of("b")));
        run();
        assertEquals(List.of(), sent);
        assertNull(outbox.attach(batch -> sent.addAll(texts(batch))));
        outbox.offer(Message.of("c"));
        run();
        assertEquals(List.of("a", "b", "c"), sent);
        assertEquals(3, counted);
        assertTrue(outbox.isEmpty());
    }

    @Test
    void thereIsAMostOfMessagesAndOfOctets() {
        assertTrue(outbox.offer(Message.of("1")) && outbox.offer(Message.of("2")) && outbox.offer(Message.of("3")));
        assertFalse(outbox.offer(Message.of("4")));
        outbox.collect();
        assertTrue(outbox.offer(Message.of("12345")));
        assertFalse(outbox.offer(Message.of("안녕")), "6 octets in UTF-8");
        assertTrue(outbox.offer(Message.of("12345")));
    }

    @Test
    void aWayForOnceIsUsedOnce() {
        class Once implements Outbox.Way {
            @Override
            public void send(List<Message> batch) {
                sent.addAll(texts(batch));
            }

            @Override
            public boolean once() {
                return true;
            }
        }
        Once way = new Once();
        outbox.attach(way);
        outbox.offer(Message.of("a"));
        run();
        outbox.offer(Message.of("b"));
        run();
        assertEquals(List.of("a"), sent);
        assertFalse(outbox.detach(way), "it is gone already");
        assertFalse(outbox.hasWay());
        assertEquals(List.of("b"), texts(outbox.collect()));
    }

    @Test
    void whatCouldNotBeSentWaitsForAnotherWay() {
        outbox.attach(batch -> {
            throw new IOException("broken");
        });
        outbox.offer(Message.of("a"));
        run();
        assertEquals("broken", failure.getMessage());
        assertFalse(outbox.hasWay());
        outbox.offer(Message.of("b"));
        outbox.attach(batch -> sent.addAll(texts(batch)));
        run();
        assertEquals(List.of("a", "b"), sent);
        assertEquals(2, counted);
    }

    @Test
    void anErrorLosesNoMessageAndStopsNoFurtherOne() {
        outbox.attach(batch -> {
            throw new NoClassDefFoundError("gone");
        });
        outbox.offer(Message.of("a"));
        run();
        assertEquals("gone", failure.getMessage());
        outbox.attach(batch -> sent.addAll(texts(batch)));
        run();
        assertEquals(List.of("a"), sent);
    }

    @Test
    void anOwnerThatFailsStopsNoMessage() {
        brokenOwner = true;
        outbox.attach(batch -> {
            throw new IOException("broken");
        });
        outbox.offer(Message.of("a"));
        assertThrows(IllegalStateException.class, this::run);
        outbox.attach(batch -> sent.addAll(texts(batch)));
        run();
        assertEquals(List.of("a"), sent);
    }

    @Test
    void whereThereWasNoThreadTheNextMessageTriesAgain() {
        outbox.attach(batch -> sent.addAll(texts(batch)));
        noThread = true;
        assertThrows(OutOfMemoryError.class, () -> outbox.offer(Message.of("a")));
        noThread = false;
        outbox.offer(Message.of("b"));
        run();
        assertEquals(List.of("a", "b"), sent);
    }

    @Test
    void afterTheEndNoWayIsTaken() {
        outbox.close();
        Outbox.Way late = batch -> sent.addAll(texts(batch));
        assertSame(late, outbox.attach(late));
        assertFalse(outbox.hasWay());
    }

    @Test
    void afterTheEndNothingIsKept() {
        outbox.offer(Message.of("a"));
        outbox.close();
        assertTrue(outbox.offer(Message.of("b")));
        assertTrue(outbox.isEmpty());
    }
}
