package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One client's connection breaks while it is sent to, and another client comes before the sending thread has noticed. The
 * container tells its own threads of the fault first, and only then writes it down in what it keeps of the answer: by then
 * that may belong to the other client, whose connection then ends for a fault that is not its own.
 */
@Timeout(60)
class BrokenConnectionTest {
    private static final int PATIENCE_S = 20;

    private final ExecutorService workers = Executors.newCachedThreadPool(task -> Hub.daemon(task, "test-worker"));
    private volatile Callable<ChatClient> meanwhile;
    private volatile Future<ChatClient> came;

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    /** Holds up the thread that has found the fault until the container is done with it and another client is there. */
    private final class Interleaving implements Executor {
        @Override
        public void execute(Runnable task) {
            Callable<ChatClient> next = meanwhile;
            if (next == null || !Thread.currentThread().getName().equals("chat-sender")) {
                workers.execute(task);
                return;
            }
            meanwhile = null;
            try {
                workers.submit(task).get(PATIENCE_S, TimeUnit.SECONDS);
                came = workers.submit(next);
                came.get(PATIENCE_S, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aConnectionThatBreaksIsNobodyElsesFault() throws Exception {
        try (ChatServer server = ChatServer.start(ServerOptions.DEFAULT, new Interleaving())) {
            for (Transport transport : Transport.all()) {
                String room = "room-" + transport.id();
                Ear ear = new Ear();
                came = null;
                breakOne(server, () -> ChatClient.connect(transport, server.uri(),
                        ClientOptions.named(transport.id()).withRoom(room).withPollMs(20), ear));
                try (ChatClient next = came.get()) {
                    for (int i = 0; i < 3; i++) {
                        server.tell(room, "text " + i);
                        assertEquals("text " + i, ear.next(() -> transport + " is " + next.state()));
                    }
                    assertEquals(ChatClient.State.OPEN, next.state(), transport.id());
                }
            }
        }
    }

    /** Returns when a write to a connection that has ended has failed, and the other client has come in the midst of that. */
    private void breakOne(ChatServer server, Callable<ChatClient> other) throws Exception {
        try (RawHttp breaking = new RawHttp(server, 0)) {
            breaking.send("GET /chat/events?room=breaking HTTP/1.1", "Host: localhost");
            breaking.head();
        }
        meanwhile = other;
        long deadlineNs = System.nanoTime() + PATIENCE_S * 1_000_000_000L;
        while (came == null || !came.isDone()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no write has failed");
            server.tell("breaking", "into the void");
            Thread.sleep(1);
        }
    }
}
