package packetlab.message;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the compressed messages of one side (RFC 7692 section 7.2.2), piece by piece as they arrive. With context
 * takeover a message may refer to what came before it; where that is not known (a lost message, a connection met
 * midstream), the message is inflated as if nothing had been before: zlib gives either exactly the message or an error,
 * because it knows how far back each reference may go, and after 32 KB the window is known again. Nothing that comes
 * out is ever a guess.
 */
final class MessageInflater {
    /** Why a message cannot be inflated. */
    enum Fault {
        NONE(null),
        CORRUPT("its compressed data is invalid"),
        CONTEXT_LOST("it refers to earlier messages that are not known"),
        TOO_LARGE("it inflates past the limit for its size"),
        FINAL_BLOCKS("it has more final blocks than the limit"),
        NO_INFLATER("more messages are being inflated than the limit");

        private final String words;

        Fault(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Takes what was inflated; the array is reused. */
    interface Sink {
        void inflated(byte[] a, int at, int n);
    }

    /** What the sender has cut off the end of each message (section 7.2.1). */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    static final int TAIL_LENGTH = TAIL.length;

    Inflater inflater;
    InflaterPool.Lru list;
    MessageInflater newer;
    MessageInflater older;

    private final InflaterPool pool;
    private final MessageLimits limits;
    private final byte[] out;
    private final boolean takeover;
    private final int window;
    /** The last octets that were inflated: in order up to {@code window} of them, then a ring. */
    private byte[] history;
    private int historyLength;
    private int historyAt;
    private boolean intact;
    private long known;
    private boolean inMessage;
    private boolean finished;
    private boolean fed;
    private int finalBlocks;
    private long length;
    private Fault fault = Fault.NONE;

    /**
     * @param out    where to inflate to; shared, used within a call only
     * @param intact whether the connection's first message is the next one
     */
    MessageInflater(InflaterPool pool, MessageLimits limits, byte[] out, boolean takeover, int windowBits,
                    boolean intact) {
        this.pool = pool;
        this.limits = limits;
        this.out = out;
        this.takeover = takeover;
        this.window = 1 << windowBits;
        this.intact = intact;
    }

    boolean inMessage() {
        return inMessage;
    }

    int historyCapacity() {
        return history == null ? 0 : history.length;
    }

    /** Why the message in hand, or the last one, cannot be inflated. */
    Fault fault() {
        return fault;
    }

    /** Octets that the message in hand, or the last one, has inflated to. */
    long length() {
        return length;
    }

    /** A compressed message begins. */
    void begin() {
        inMessage = true;
        fault = Fault.NONE;
        length = 0;
        finalBlocks = 0;
        fed = false;
        if (!takeover) {
            intact = true;
            forgetHistory();
        }
        boolean goesOn = inflater != null && takeover && !finished;
        if (!pool.use(this)) {
            fail(Fault.NO_INFLATER);
        } else if (!goesOn) {
            restart();
        }
    }

    /** A new deflate stream that may refer to the history. */
    private void restart() {
        inflater.reset();
        finished = false;
        if (historyLength < window || historyAt == 0) {
            if (historyLength > 0) {
                inflater.setDictionary(history, 0, historyLength);
            }
            return;
        }
        byte[] straight = pool.buffers().take(window);
        System.arraycopy(history, historyAt, straight, 0, window - historyAt);
        System.arraycopy(history, 0, straight, window - historyAt, historyAt);
        inflater.setDictionary(straight, 0, window);
        pool.buffers().give(straight);
    }

    /** The next piece of the message's compressed data. */
    void feed(byte[] a, int at, int n, Sink sink) {
        if (n > 0) {
            fed = true;
            feed(a, at, n, 0, sink);
        }
    }

    /** @param tail how many of the {@code n} octets are not the sender's, but put back behind the message */
    private void feed(byte[] a, int at, int n, int tail, Sink sink) {
        if (fault != Fault.NONE) {
            return;
        }
        if (finished) {
            restart();
        }
        int end = at + n;
        inflater.setInput(a, at, n);
        while (true) {
            int produced;
            long before = inflater.getBytesWritten();
            try {
                produced = inflater.inflate(out, 0, out.length);
            } catch (DataFormatException e) {
                // What is in front of the bad place came out, wherever the message is cut into segments.
                if (handOn((int) (inflater.getBytesWritten() - before), sink)) {
                    fail(intact ? Fault.CORRUPT : Fault.CONTEXT_LOST);
                }
                return;
            }
            if (!handOn(produced, sink)) {
                return;
            }
            if (inflater.finished()) {
                // BFINAL ends the deflate stream but not the context (section 7.2.3.4).
                if (++finalBlocks > limits.finalBlocks()) {
                    fail(Fault.FINAL_BLOCKS);
                    return;
                }
                int left = inflater.getRemaining();
                // A sender may end with the final block and send no empty one behind it, to which the tail belongs.
                if (left <= tail) {
                    finished = true;
                    return;
                }
                restart();
                inflater.setInput(a, end - left, left);
            } else if (produced < out.length) {
                return;
            }
        }
    }

    /** Hands on what was inflated, as far as the limit allows; false where that is not all. */
    private boolean handOn(int produced, Sink sink) {
        int n = (int) Math.min(produced, limits.inflatedSize() - length);
        if (n > 0) {
            length += n;
            remember(n);
            sink.inflated(out, 0, n);
        }
        if (n < produced) {
            fail(Fault.TOO_LARGE);
            return false;
        }
        return true;
    }

    /** The message is complete. */
    void finish(Sink sink) {
        if (fed && !finished) {
            feed(TAIL, 0, TAIL.length, TAIL.length, sink);
        }
        over();
    }

    /**
     * All of a message in one piece: spares a call of zlib.
     *
     * @param a has {@link #TAIL_LENGTH} octets behind the piece that may be overwritten
     */
    void feedAndFinish(byte[] a, int at, int n, Sink sink) {
        if (n > 0) {
            System.arraycopy(TAIL, 0, a, at + n, TAIL.length);
            feed(a, at, n + TAIL.length, TAIL.length, sink);
        }
        over();
    }

    /** The message in hand will not be completed. */
    void abort() {
        lose();
        inMessage = false;
    }

    private void over() {
        inMessage = false;
        if (!takeover && inflater != null) {
            forgetHistory();
            pool.park(this);
        }
    }

    private void fail(Fault why) {
        fault = why;
        lose();
    }

    /** What later messages may refer to is not known any more. */
    void lose() {
        intact = !takeover;
        known = 0;
        finished = false;
        forgetHistory();
        if (list != null) {
            pool.leave(this);
        }
    }

    /** The connection is over. */
    void release() {
        forgetHistory();
        pool.leave(this);
    }

    private void forgetHistory() {
        if (history != null) {
            pool.historyShrank(history.length);
            pool.buffers().give(history);
            history = null;
        }
        historyLength = 0;
        historyAt = 0;
    }

    private void remember(int n) {
        if (!intact) {
            known += n;
            intact = known >= window;
        }
        if (n >= window) {
            reserve(window);
            System.arraycopy(out, n - window, history, 0, window);
            historyLength = window;
            historyAt = 0;
            return;
        }
        reserve(Math.min(window, historyLength + n));
        int straight = Math.min(n, window - historyAt);
        System.arraycopy(out, 0, history, historyAt, straight);
        System.arraycopy(out, straight, history, 0, n - straight);
        historyAt = historyAt + n & window - 1;
        historyLength = Math.min(window, historyLength + n);
    }

    private void reserve(int octets) {
        if (history != null && history.length >= octets) {
            return;
        }
        byte[] larger = pool.buffers().take(octets);
        int before = historyCapacity();
        if (history != null) {
            // It grows only while it is not a ring yet.
            System.arraycopy(history, 0, larger, 0, historyLength);
            pool.buffers().give(history);
        }
        history = larger;
        pool.historyGrew(larger.length - before, this);
    }
}
