package packetlab.latency;

import java.io.IOException;
import java.nio.ByteBuffer;
import packetlab.event.Event;
import packetlab.os.KernelStamps;
import packetlab.os.MessageMemory;
import packetlab.os.SentStamp;
import packetlab.os.StampedReceiver;

/**
 * The kernel's stamps of one socket's messages (SO_TIMESTAMPING), which take no right and no capture: when a message was
 * handed to the interface, and when the packet of an answer came in. One thread; nothing is allocated per message.
 */
final class Stamps {
    private final int fd;
    private final StampedReceiver receiver = new StampedReceiver();
    private final SentStamp sent = new SentStamp();

    /** Asks for stamps; of a connection, after it was made. */
    Stamps(int fd) throws IOException {
        this.fd = fd;
        KernelStamps.ofEverything(fd);
        KernelStamps.await();
    }

    /** As {@link MessageMemory#receive}. */
    int receive(MessageMemory memory, int offset, int room, int flags) throws IOException {
        ByteBuffer buffer = memory.buffer();
        int n = receiver.receive(fd, buffer.limit(offset + room).position(offset), flags);
        buffer.clear();
        return n == StampedReceiver.NOTHING ? MessageMemory.NOTHING : n;
    }

    /** Of what was received last; 0 for none. */
    long receivedNs() {
        return receiver.receivedNs() == Event.NO_TIME ? 0 : receiver.receivedNs();
    }

    /** Empties the socket's queue of stamps; returns when the message of that id was sent, 0 where that is not in it. */
    long sentNs(long id) throws IOException {
        long ns = 0;
        while (sent.next(fd)) {
            if (sent.step() == SentStamp.Step.SENT && sent.id() == (id & 0xFFFF_FFFFL)) {
                ns = sent.timeNs();
            }
        }
        return ns;
    }
}
