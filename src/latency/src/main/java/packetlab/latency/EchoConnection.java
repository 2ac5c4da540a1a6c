package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import packetlab.os.MessageMemory;
import packetlab.os.Sockets;

/** One connection of a server. Its thread serves; any other may abort. Nothing is allocated per message. */
final class EchoConnection {
    private static final int ROOM = 1 << 16;

    private final Setting setting;
    private final int fd;
    private final ServerTimes times;
    private final Hindrance hindrance;
    private final boolean hinders;
    private final boolean quickAck;
    private final int waitFlags;
    private MessageMemory in;
    private boolean closed;

    /** @param memory of {@link #memory}, which this connection alone uses until it ends */
    EchoConnection(Setting setting, int fd, MessageMemory memory, ServerTimes times, Hindrance hindrance)
            throws IOException {
        this.setting = setting;
        this.in = memory;
        this.fd = fd;
        this.times = times;
        this.hindrance = hindrance;
        this.hinders = hindrance.hinders();
        this.quickAck = setting.options().quickAck() && setting.transport().isTcp();
        this.waitFlags = setting.waiting() == Setting.Wait.SPIN ? Sockets.MSG_DONTWAIT : 0;
        Ends.prepare(fd, setting);
    }

    static MessageMemory memory() throws IOException {
        return new MessageMemory(ROOM);
    }

    /** Until the client ends the connection. */
    void serve() throws IOException {
        int n = receive(0);
        if (n == 0) {
            return;
        }
        // A number of ours begins with an octet 0.
        switch (in.buffer().get(0)) {
            case 'P' -> answer(new HttpAnswers(), n);
            case 'G' -> answer(new WebSocketAnswers(), n);
            default -> {
                if (setting.trouble().whole()) {
                    echoWhole(n);
                } else {
                    echo(n);
                }
            }
        }
    }

    /** Back as it comes, in whatever pieces. */
    private void echo(int first) throws IOException {
        int size = setting.size();
        long passed = 0;
        for (int n = first; n > 0; n = receive(0)) {
            long receivedNs = times == null ? 0 : times.nowNs();
            if (hinders) {
                hindrance.hinder();
            }
            if (times != null) {
                long before = passed / size;
                passed += n;
                if (passed / size > before) {
                    times.answered(passed / size - 1, receivedNs);
                }
            }
            send(in, 0, n);
        }
    }

    /** A message goes back when all of it has come. */
    private void echoWhole(int first) throws IOException {
        int size = setting.size();
        in = larger(in, size, first);
        int present = first;
        while (true) {
            while (present < size) {
                int n = receive(present);
                if (n == 0) {
                    return;
                }
                present += n;
            }
            long receivedNs = times == null ? 0 : times.nowNs();
            int whole = present / size * size;
            for (int at = 0; at < whole; at += size) {
                if (hinders) {
                    hindrance.hinder();
                }
                if (times != null) {
                    times.answered(in.buffer().getLong(at), receivedNs);
                }
                send(in, at, size);
            }
            in.buffer().put(0, in.buffer(), whole, present - whole);
            present -= whole;
        }
    }

    /** Requests that have a form, which are taken and answered one by one. */
    private void answer(Answers answers, int first) throws IOException {
        int from = 0;
        int to = first;
        while (true) {
            int taken = answers.take(in.buffer(), from, to);
            if (taken > 0) {
                long receivedNs = times == null ? 0 : times.nowNs();
                from += taken;
                if (hinders) {
                    hindrance.hinder();
                }
                if (times != null && answers.number() >= 0) {
                    times.answered(answers.number(), receivedNs);
                }
                send(answers.answer(), 0, answers.length());
                if (answers.ends()) {
                    return;
                }
                continue;
            }
            if (from == to) {
                from = 0;
                to = 0;
            } else if (from > 0 && in.capacity() - to < ROOM / 2) {
                in.buffer().put(0, in.buffer(), from, to - from);
                to -= from;
                from = 0;
            }
            if (to == in.capacity()) {
                if (in.capacity() > 2 * Setting.MAX_SIZE) {
                    throw new ProtocolException("a request of more than " + in.capacity() + " octets");
                }
                in = larger(in, 2 * in.capacity(), to);
            }
            int n = receive(to);
            if (n == 0) {
                return;
            }
            to += n;
        }
    }

    private static MessageMemory larger(MessageMemory memory, int octets, int present) throws IOException {
        if (memory.capacity() >= octets) {
            return memory;
        }
        MessageMemory larger = new MessageMemory(octets + ROOM);
        larger.buffer().put(0, memory.buffer(), 0, present);
        return larger;
    }

    /** Waits for octets; 0 where there will be none. */
    private int receive(int at) throws IOException {
        while (true) {
            if (quickAck) {
                Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_QUICKACK, 1);
            }
            int n = in.receive(fd, at, in.capacity() - at, waitFlags);
            if (n != MessageMemory.NOTHING) {
                return n;
            }
            Thread.onSpinWait();
        }
    }

    private void send(MessageMemory memory, int from, int length) throws IOException {
        int at = from;
        while (at < from + length) {
            at += Math.max(0, memory.send(fd, at, from + length - at, 0));
        }
    }

    /** Ends it; its thread wakes up. */
    synchronized void abort() {
        if (!closed) {
            Ends.shutdown(fd);
        }
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            Ends.close(fd);
        }
    }
}
