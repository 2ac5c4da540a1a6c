package packetlab.web;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What waits to be sent to one client, in order and with a limit, and the thread that sends it while there is a way. Who
 * offers a message never waits. May be used by any thread.
 */
final class Outbox {
    /** How messages leave: a connection that is open, or a request that waits for its answer. */
    interface Way {
        /** Sends them all; may block, for as long as the connection's own time-out. */
        void send(List<Message> batch) throws IOException;

        /** Whether it is used up by one batch, as an answer to long polling is. */
        default boolean once() {
            return false;
        }
    }

    /** Told on the sending thread. */
    interface Owner {
        void sent(int messages);

        /** The way is gone; what it was to send waits for another. */
        void failed(Throwable why);
    }

    private final int maxMessages;
    private final long maxOctets;
    private final Executor executor;
    private final Owner owner;
    private final Deque<Message> queue = new ArrayDeque<>();
    private long octets;
    private Way way;
    private boolean sending;
    private boolean closed;

    Outbox(int maxMessages, long maxOctets, Executor executor, Owner owner) {
        this.maxMessages = maxMessages;
        this.maxOctets = maxOctets;
        this.executor = executor;
        this.owner = owner;
    }

    /** Whether there was room for it. */
    synchronized boolean offer(Message message) {
        if (closed) {
            return true;            // nobody there any more: no fault of the queue
        }
        if (queue.size() >= maxMessages || octets + message.octets() > maxOctets) {
            return false;
        }
        queue.add(message);
        octets += message.octets();
        sendSoon();
        return true;
    }

    /** From now on messages leave that way; returns what is no way any more: the one before, or null; after the end, itself. */
    synchronized Way attach(Way next) {
        if (closed) {
            return next;
        }
        Way before = way;
        way = next;
        sendSoon();
        return before;
    }

    /** Whether that was still the way: then nothing has been or will be sent on it. */
    synchronized boolean detach(Way former) {
        boolean current = way == former && former != null;
        if (current) {
            way = null;
        }
        return current;
    }

    /** Everything that waits, for one who asks. */
    List<Message> collect() {
        List<Message> batch = take();
        owner.sent(batch.size());
        return batch;
    }

    /** Takes out everything that waits. */
    synchronized List<Message> take() {
        List<Message> batch = new ArrayList<>(queue);
        queue.clear();
        octets = 0;
        return batch;
    }

    synchronized boolean isEmpty() {
        return queue.isEmpty();
    }

    synchronized boolean hasWay() {
        return way != null;
    }

    /** Forgets what waits, and takes no more. */
    synchronized void close() {
        closed = true;
        way = null;
        take();
    }

    private void sendSoon() {
        if (!sending && way != null && !queue.isEmpty()) {
            sending = true;
            try {
                executor.execute(this::sendAll);
            } catch (RuntimeException | Error e) {      // no thread to be had: the next message tries again
                sending = false;
                throw e;
            }
        }
    }

    private void sendAll() {
        boolean done = false;
        try {
            while (sendOnce()) {
                // and what has come meanwhile
            }
            done = true;
        } finally {
            if (!done) {
                goOn();
            }
        }
    }

    /** However a sending thread ends, the next message finds another. */
    private synchronized void goOn() {
        sending = false;
        sendSoon();
    }

    /** Whether there may be more to send. */
    private boolean sendOnce() {
        Way now;
        List<Message> batch;
        synchronized (this) {
            if (way == null || queue.isEmpty()) {
                sending = false;
                return false;
            }
            now = way;
            batch = take();
            if (now.once()) {
                way = null;
            }
        }
        try {
            now.send(batch);
        } catch (IOException | RuntimeException | Error e) {    // an Error, too: no message may vanish with it
            putBack(now, batch);
            owner.failed(e);
            return true;
        }
        owner.sent(batch.size());
        return true;
    }

    private synchronized void putBack(Way failed, List<Message> batch) {
        detach(failed);
        if (!closed) {
            for (int i = batch.size(); i-- > 0;) {
                queue.addFirst(batch.get(i));
                octets += batch.get(i).octets();
            }
        }
    }
}
