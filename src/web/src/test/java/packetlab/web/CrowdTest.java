package packetlab.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two hundred clients on one transport for a minute, beside ones that break: each hears everything, once, in order. */
@Tag("slow")
class CrowdTest {
    private static final int CLIENTS = Integer.getInteger("packetlab.crowd.clients", 200);
    private static final int SECONDS = Integer.getInteger("packetlab.crowd.seconds", 60);
    private static final int PAUSE_MS = 1_000, PATIENCE_MS = 30_000;

    /** Counts what one client hears; anything but the next number is a loss, a repetition or a wrong order. */
    private static final class Counting implements ChatClient.Listener {
        private final Map<Integer, String> wrong;
        private final AtomicLong total;
        private final int number;
        private int heard;
        private volatile String end;

        Counting(int number, Map<Integer, String> wrong, AtomicLong total) {
            this.number = number;
            this.wrong = wrong;
            this.total = total;
        }

        @Override
        public void message(String text) {
            if (!text.equals("message " + heard)) {
                wrong.putIfAbsent(number, "heard '" + text + "' as number " + heard);
            }
            heard++;
            total.incrementAndGet();
        }

        @Override
        public void state(ChatClient.State state, String why) {
            if (state == ChatClient.State.CLOSED) {
                end = String.valueOf(why);
            }
        }
    }

    /** Goes without a word, so that the server finds out by a write that fails. */
    private static void breakOne(ChatServer server, int number) throws IOException {
        try (RawHttp breaking = new RawHttp(server, 0)) {
            breaking.send("GET /chat/stream?id=breaking" + number + " HTTP/1.1", "Host: localhost");
            breaking.head();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    @Timeout(300)
    void nobodyMissesAnything(Transport transport) throws Exception {
        Map<Integer, String> wrong = new ConcurrentHashMap<>();
        AtomicLong total = new AtomicLong();
        List<ChatClient> clients = new ArrayList<>();
        List<Counting> ears = new ArrayList<>();
        try (ChatServer server = ChatServer.start(ServerOptions.DEFAULT)) {
            for (int i = 0; i < CLIENTS; i++) {
                Counting ear = new Counting(i, wrong, total);
                ears.add(ear);
                clients.add(ChatClient.connect(transport, server.uri(), ClientOptions.named("c" + i).withEcho(true)
                        .withPollMs(PAUSE_MS), ear));
            }
            assertEquals(CLIENTS, server.counters().clients());
            for (int said = 0; said < SECONDS; said++) {
                clients.get(said * 7 % CLIENTS).send("message " + said);
                breakOne(server, said);
                Thread.sleep(PAUSE_MS);
            }
            long wanted = (long) CLIENTS * SECONDS;
            long deadlineNs = System.nanoTime() + PATIENCE_MS * 1_000_000L;
            while (total.get() < wanted && System.nanoTime() - deadlineNs < 0) {
                Thread.sleep(20);
            }
            assertEquals(Map.of(), wrong);
            assertEquals(wanted, total.get());
            for (Counting ear : ears) {
                assertTrue(ear.end == null, "client " + ear.number + " has lost its connection: " + ear.end);
            }
            assertEquals(0, server.counters().dropped());
            assertEquals(SECONDS, server.counters().messagesHeard());
            clients.forEach(ChatClient::close);
        }
    }
}
