package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.latency.Setting.Mode;
import packetlab.os.AddressBuffer;
import packetlab.os.MessageMemory;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** Datagrams that are lost, come twice or overtake one another on their way, by a server that does so on purpose. */
@Timeout(60)
class HostileServerTest {
    private static final int MESSAGES = 300, SIZE = 64;
    private static final long PATIENCE_NS = 400_000_000;

    private interface Answer {
        /** What is sent back for a message; the sender's address is known to {@code back}. */
        void to(long number, Back back) throws IOException;
    }

    private interface Back {
        void send(long number) throws IOException;
    }

    /** Runs the open loop against it. */
    private static Recorder openLoop(Answer answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer)) {
            Setting setting = Measured.setting(Transport.UDP, SIZE).at(Mode.OPEN, 3_000);
            try (Client client = Link.connect(setting, server.address, PATIENCE_NS)) {
                return new OpenLoop(new Client[] {client}, setting, 0, MESSAGES, never()).run();
            }
        }
    }

    private static Stop never() {
        return new Stop(() -> false, Long.MAX_VALUE / 2);
    }

    @Test
    void everyTenthIsLost() throws Exception {
        Recorder r = openLoop((number, back) -> {
            if (number % 10 != 3) {
                back.send(number);
            }
        });
        assertEquals(MESSAGES / 10, r.lost);
        assertEquals(MESSAGES - MESSAGES / 10, r.latency.getTotalCount());
        assertEquals(0, r.duplicated + r.reordered);
    }

    @Test
    void everyTenthComesTwice() throws Exception {
        Recorder r = openLoop((number, back) -> {
            back.send(number);
            if (number % 10 == 3) {
                back.send(number);
            }
        });
        assertEquals(MESSAGES / 10, r.duplicated);
        assertEquals(MESSAGES, r.latency.getTotalCount());
        assertEquals(0, r.lost + r.reordered);
    }

    @Test
    void everyOtherOneOvertakes() throws Exception {
        Recorder r = openLoop((number, back) -> {
            if (number % 2 == 1) {
                back.send(number);
                back.send(number - 1);
            }
        });
        assertEquals(MESSAGES / 2, r.reordered);
        assertEquals(MESSAGES, r.latency.getTotalCount());
        assertEquals(0, r.lost + r.duplicated);
    }

    @Test
    void theClosedLoopGoesOnAfterALossAndKnowsALateAnswer() throws Exception {
        // The answer to 5 comes behind that to 6: too late.
        try (ScriptedServer server = new ScriptedServer((number, back) -> {
            if (number != 5) {
                back.send(number);
            }
            if (number == 6) {
                back.send(5);
            }
        })) {
            Setting setting = Measured.setting(Transport.UDP, SIZE);
            try (Client client = Link.connect(setting, server.address, PATIENCE_NS)) {
                Recorder recorder = new Recorder(0, 20);
                assertEquals(20, new ClosedLoop(new Client[] {client}, never()).measure(20, 0, false, recorder, null));
                assertEquals(19, recorder.latency.getTotalCount());
                assertEquals(1, recorder.lost);
                assertEquals(1, recorder.late);
            }
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, back) -> { })) {
            Setting setting = Measured.setting(Transport.UDP, SIZE);
            try (Client client = Link.connect(setting, server.address, 20_000_000)) {
                Recorder recorder = new Recorder(0, MESSAGES);
                IOException e = assertThrows(IOException.class, () -> new ClosedLoop(new Client[] {client}, never())
                        .measure(MESSAGES, 0, false, recorder, null));
                assertTrue(e.getMessage().contains("were not answered"), e.getMessage());
                assertEquals(ClosedLoop.MOST_LOST_IN_A_ROW, recorder.lost);
            }
        }
    }

    /** Answers as the script says. */
    private static final class ScriptedServer implements AutoCloseable {
        private final int fd;
        private final Thread thread;
        final SocketAddress address;
        private volatile boolean closed;

        ScriptedServer(Answer answer) throws IOException {
            fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
            Sockets.bind(fd, SocketAddress.loopback(0));
            address = Sockets.getsockname(fd);
            thread = new Thread(() -> {
                try {
                    MessageMemory memory = new MessageMemory(SIZE);
                    AddressBuffer from = new AddressBuffer();
                    while (!closed) {
                        if (memory.receiveFrom(fd, SIZE, 0, from) == SIZE) {
                            answer.to(memory.buffer().getLong(0), number -> {
                                memory.buffer().putLong(0, number);
                                memory.sendTo(fd, 0, SIZE, 0, from);
                            });
                        }
                    }
                } catch (IOException e) {
                    if (!closed) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            thread.start();
        }

        @Override
        public void close() {
            closed = true;
            Ends.shutdown(fd);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Ends.close(fd);
        }
    }
}
