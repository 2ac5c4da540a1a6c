package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WireEvent;
import packetlab.rules.Fate;
import packetlab.rules.Impairments;
import packetlab.rules.Judge;
import packetlab.rules.PacketFacts;
import packetlab.rules.PacketWatch;
import packetlab.rules.RuleSet;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;

/**
 * Carries packets from each inner end of a {@link Wire} to the other, as a {@link Judge} decides: at once, later, more
 * than once, changed, or not at all. A thread of its own does all of it; nothing is allocated per packet. It sends to
 * the two ends only, which are in the namespace that it was made in.
 */
public final class WireBridge implements AutoCloseable {
    /** From where the packets are shown. */
    public enum View {
        /** As they come into the wire: all of them, once. */
        SENT,
        /** As they come out of it. */
        RECEIVED
    }

    private static final int HEADER = 14, ROOM = 64;
    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final long IDLE_NS = 20_000_000;
    private static final int MAX_HELD = 64;
    /** For the packet that it waits for; longer than a sender waits before it repeats, where a rule names the other. */
    private static final long HOLD_FOR_NEXT_NS = 50_000_000, HOLD_FOR_NAMED_NS = 1_000_000_000;
    private static final long NEXT_OF_SIDE = 1L << 62;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long FAR_FUTURE = Long.MAX_VALUE / 2;

    private final WirePort[] ports = new WirePort[2];
    private final PacketHandler fromNear = this::fromNear;
    private final PacketHandler fromFar = this::fromFar;
    private final PacketWatch watch;
    private final Judge judge;
    private final Fate fate = new Fate();
    private final Fate plain = new Fate();
    private final Impairments faults;
    private final String rateLabel;
    private final View view;
    private final WireTap tap;
    private final WireQueue queue;
    private final WireReplies replies = new WireReplies();
    private final ByteBuffer timeout = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    private final PollSet readable = new PollSet();
    private final Thread thread = new Thread(this::run, "packetlab-wire");

    /** By side: the client's packets, the server's. */
    private final long[] linkFreeNs = new long[2];
    private final long[] lastDueNs = new long[2];
    private final int[] waiting = new int[2];

    private final int[] heldSlot = new int[MAX_HELD];
    private final long[] heldFor = new long[MAX_HELD];
    private final long[] heldUntilNs = new long[MAX_HELD];
    private final Fate[] heldFate = new Fate[MAX_HELD];
    private final long[] heldFrame = new long[MAX_HELD];
    private int held;

    private volatile boolean stopping;
    /** Closed twice, a descriptor's number may be somebody else's the second time. */
    private boolean closed;
    private volatile long lastPacketNs = System.nanoTime();
    private volatile int inside;
    private volatile IOException failure;
    private volatile long came;
    private volatile long out;

    /**
     * Takes hold of the wire's ends in the calling thread's namespace; nothing passes before {@link #start}.
     *
     * @param listener told by the thread that polls the tap
     */
    public WireBridge(Wire wire, RuleSet rules, Impairments faults, long seed, View view, WireTap.Listener listener)
            throws IOException {
        this.faults = faults;
        this.rateLabel = String.join(", ", faults.bitsPerSecond() > 0 && faults.delayNs() > 0
                ? faults.words().stream().filter(w -> w.startsWith("rate") || w.startsWith("delay")).toList()
                : java.util.List.of(faults.rateLabel()));
        this.view = view;
        this.watch = new PacketWatch(rules.aboutWebSockets());
        this.judge = new Judge(rules, faults, seed);
        int slot = wire.mtu() + HEADER + ROOM;
        this.queue = new WireQueue(2 * faults.queuePackets() + MAX_HELD, slot);
        this.tap = new WireTap(slot, listener);
        for (int i = 0; i < MAX_HELD; i++) {
            heldFate[i] = new Fate();
        }
        try {
            ports[0] = new WirePort(Wire.NEAR_END, slot, RECEIVE_BUFFER);
            ports[1] = new WirePort(Wire.FAR_END, slot, RECEIVE_BUFFER);
            readable.add(ports[0].fd(), PollSet.POLLIN);
            readable.add(ports[1].fd(), PollSet.POLLIN);
        } catch (IOException | RuntimeException e) {
            closePorts();
            throw e;
        }
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
    }

    /** What passes, to be polled by one other thread. */
    public WireTap tap() {
        return tap;
    }

    /** Lets packets pass. Not before all code on their way has run: a cold JVM would hold up the first for too long. */
    public void start() throws IOException {
        WireWarmUp.run(faults, ports[0]);
        thread.start();
    }

    /** Whether no packet has come for that long, and none is on its way. */
    public boolean isIdleFor(long ns) {
        return inside == 0 && System.nanoTime() - lastPacketNs > ns;
    }

    /** Why it ended by itself, or null. */
    public IOException failure() {
        return failure;
    }

    /** Packets that came in, and that went out. */
    public long came() {
        return came;
    }

    public long out() {
        return out;
    }

    private void run() {
        try {
            LibC.get().prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);    // else a wait may last 50 us longer
            while (!stopping) {
                boolean any = read();
                release(System.nanoTime());
                inside = queue.waiting() + held;
                if (!any) {
                    await();
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = new IOException("the wire failed: " + e, e);
        } finally {
            tap.lost(ports[0].dropped() + ports[1].dropped());
            tap.end();
        }
    }

    /** Takes what has come from both ends, in the order of the kernel's stamps; whether there was any. */
    private boolean read() throws OsException {
        MessageReader near = ports[0].reader();
        MessageReader far = ports[1].reader();
        boolean any = near.hasNext() | far.hasNext();
        while (near.isHolding() || far.isHolding()) {
            if (near.isHolding() && (!far.isHolding() || near.nextStampNs() <= far.nextStampNs())) {
                near.deliverNext(fromNear);
            } else {
                far.deliverNext(fromFar);
            }
        }
        return any;
    }

    /** Waits for a packet, or until one is due. */
    private void await() throws IOException {
        long now = System.nanoTime();
        long until = Math.min(queue.waiting() == 0 ? FAR_FUTURE : queue.nextDueNs() - now, nextHeldNs(now));
        long ns = Math.max(0, Math.min(until, IDLE_NS));
        timeout.putLong(0, 0).putLong(8, ns);
        int ready = LibC.get().ppoll(readable.entries(), readable.size(), timeout, null);
        if (ready < 0) {
            int errno = LibC.errno();
            if (errno != Errno.EINTR.number()) {
                throw Failure.of("ppoll", "the ends of the wire", errno);
            }
        }
        if (ready == 0) {
            tap.lost(ports[0].dropped() + ports[1].dropped());
        }
        for (int i = 0; i < readable.size(); i++) {
            if ((readable.ready(i) & PollSet.POLLERR) != 0) {
                throw new IOException("the wire broke: " + (i == 0 ? Wire.NEAR_END : Wire.FAR_END)
                        + " was removed or set down");
            }
        }
    }

    private long nextHeldNs(long now) {
        long next = FAR_FUTURE;
        for (int i = 0; i < held; i++) {
            next = Math.min(next, heldUntilNs[i] - now);
        }
        return next;
    }

    private void fromNear(ByteBuffer b, int at, int captured, int wire, long stampNs, int link, int flags) {
        packet(0, b, at, captured, wire, stampNs, flags);
    }

    private void fromFar(ByteBuffer b, int at, int captured, int wire, long stampNs, int link, int flags) {
        packet(1, b, at, captured, wire, stampNs, flags);
    }

    private void packet(int from, ByteBuffer b, int at, int captured, int wire, long stampNs, int flags) {
        long now = System.nanoTime();
        lastPacketNs = now;
        came++;                 // one thread writes it
        PacketFacts facts = watch.onPacket(b, at, captured, wire, stampNs, LinkType.EN10MB, flags);
        judge.decide(facts, fate);
        int side = facts.fromServer() ? 1 : 0;
        int to = 1 - from;
        long arrivedNs = fate.delayNs() > 0 || faults.bitsPerSecond() > 0 ? arrivedNs(stampNs) : now;
        long dueNs = fate.isDropped() ? now : due(side, arrivedNs, wire);
        int slot = WireQueue.NO_SLOT;
        boolean atOnce = dueNs <= now && fate.holds() == Fate.NONE && waiting[side] == 0;
        if (!fate.isDropped() && (!atOnce || fate.corruptAt() != Fate.NONE)) {
            slot = waiting[side] < faults.queuePackets() ? queue.store(b, at, captured) : WireQueue.NO_SLOT;
            if (slot == WireQueue.NO_SLOT) {
                fate.loseTo("queue of " + faults.queuePackets() + " packets full");
            }
        }
        show(b, at, captured, stampNs, flags);
        if (fate.isDropped()) {
            if (fate.isRejected()) {
                reject(from, facts, b, at, captured);
            }
        } else if (slot == WireQueue.NO_SLOT) {
            for (int copy = 0; copy <= fate.copies(); copy++) {
                send(to, b, at, captured, flags);
            }
        } else {
            enqueue(slot, to, side, dueNs, facts.frame(), stampNs, flags);
        }
        if (held > 0 && fate.releases() != Fate.NONE) {
            releaseHeld(fate.releases(), Math.max(dueNs, now));
        }
    }

    /** When the kernel has stamped the packet, by our clock: it has waited for us since. Rather too late than too early. */
    private static long arrivedNs(long stampNs) {
        long waited = Math.max(0, Math.min(WallClock.nowNs() - stampNs, 1_000_000_000L));
        return System.nanoTime() - waited;
    }

    /** When the packet is to come out: the wire keeps the order of a side, unless a rule delays one packet alone. */
    private long due(int side, long arrivedNs, int wireLength) {
        long due = arrivedNs;
        boolean rated = faults.bitsPerSecond() > 0;
        if (rated) {
            long took = wireLength * 8_000_000_000L / faults.bitsPerSecond();
            linkFreeNs[side] = Math.max(linkFreeNs[side], arrivedNs) + took;
            due = linkFreeNs[side];
        }
        due += fate.delayNs();
        if (!fate.overtakes()) {
            due = Math.max(due, lastDueNs[side]);
            lastDueNs[side] = due;
        }
        if (rated && due > arrivedNs) {
            fate.delayTo(due - arrivedNs, fate.overtakes() ? fate.delayRule() : rateLabel);
        }
        return due;
    }

    private void show(ByteBuffer b, int at, int captured, long stampNs, int flags) {
        if (view == View.SENT) {
            tap.show(b, at, captured, stampNs, flags, fate);
        } else if (!fate.isPlain()) {
            for (WireEvent event : fate.events(stampNs, 0)) {
                tap.tell(event);
            }
        }
    }

    /** Keeps a stored packet until it is due, or until the one that it waits for has passed. */
    private void enqueue(int slot, int to, int side, long dueNs, long frame, long stampNs, int flags) {
        queue.port[slot] = to;
        queue.side[slot] = side;
        queue.stampNs[slot] = stampNs;
        queue.flags[slot] = flags;
        if (fate.corruptAt() != Fate.NONE) {
            corrupt(slot);
        }
        for (int copy = 0; copy < fate.copies(); copy++) {
            int again = queue.store(queue.memory(), queue.offset(slot), queue.length[slot]);
            if (again != WireQueue.NO_SLOT) {
                queue.port[again] = to;
                queue.side[again] = side;
                queue.stampNs[again] = stampNs;
                queue.flags[again] = flags;
                schedule(again, side, dueNs);
            }
        }
        if (fate.holds() != Fate.NONE && held < MAX_HELD) {
            heldSlot[held] = slot;
            heldFor[held] = fate.holds();
            heldFrame[held] = frame;
            heldFate[held].set(fate);
            heldUntilNs[held++] = dueNs
                    + ((fate.holds() & NEXT_OF_SIDE) != 0 ? HOLD_FOR_NEXT_NS : HOLD_FOR_NAMED_NS);
        } else {
            schedule(slot, side, dueNs);
        }
    }

    private void schedule(int slot, int side, long dueNs) {
        waiting[side]++;
        queue.schedule(slot, dueNs);
    }

    private void corrupt(int slot) {
        int at = queue.offset(slot) + fate.corruptAt();
        ByteBuffer b = queue.memory();
        b.put(at, (byte) (b.get(at) ^ fate.corruptMask()));
        if (fate.mends()) {
            WireReplies.mend(b, queue.offset(slot), queue.length[slot]);
        }
    }

    /** Those that waited for this number follow. */
    private void releaseHeld(long number, long dueNs) {
        for (int i = 0; i < held; i++) {
            if (heldFor[i] == number) {
                schedule(heldSlot[i], queue.side[heldSlot[i]], dueNs);
                forget(i--);
            }
        }
    }

    private void forget(int i) {
        held--;
        Fate moved = heldFate[i];
        System.arraycopy(heldSlot, i + 1, heldSlot, i, held - i);
        System.arraycopy(heldFor, i + 1, heldFor, i, held - i);
        System.arraycopy(heldUntilNs, i + 1, heldUntilNs, i, held - i);
        System.arraycopy(heldFrame, i + 1, heldFrame, i, held - i);
        System.arraycopy(heldFate, i + 1, heldFate, i, held - i);
        heldFate[held] = moved;
    }

    /** Sends what is due. */
    private void release(long now) {
        for (int i = 0; i < held; i++) {
            if (heldUntilNs[i] <= now) {
                Side from = heldFate[i].from();
                tap.tell(new WireEvent.Delayed(WallClock.nowNs(), view == View.SENT ? heldFrame[i] : 0,
                        heldFate[i].stream(), from, WallClock.nowNs() - queue.stampNs[heldSlot[i]],
                        "what it waited for never came"));
                schedule(heldSlot[i], queue.side[heldSlot[i]], now);
                forget(i--);
            }
        }
        while (queue.waiting() > 0 && queue.nextDueNs() <= now) {
            int slot = queue.take();
            waiting[queue.side[slot]]--;
            send(queue.port[slot], queue.memory(), queue.offset(slot), queue.length[slot], queue.flags[slot]);
            queue.release(slot);
        }
    }

    private void send(int to, ByteBuffer b, int at, int length, int flags) {
        if (ports[to].send(b, at, length)) {
            out++;              // one thread writes it
        }
        if (view == View.RECEIVED) {
            tap.show(b, at, length, WallClock.nowNs(), flags, plain);
        }
    }

    /** Tells the sender that its packet was refused, and, of a connection, the receiver that it is over. */
    private void reject(int from, PacketFacts facts, ByteBuffer b, int at, int captured) {
        int back = replies.toSender(facts, b, at, captured);
        int on = replies.toReceiver(facts, b, at);      // both before either is followed, which moves the facts on
        answer(from, replies.forSender(), back);
        answer(1 - from, replies.forReceiver(), on);
    }

    private void answer(int to, ByteBuffer b, int length) {
        if (length > 0) {
            long stampNs = WallClock.nowNs();
            watch.onPacket(b, 0, length, length, stampNs, LinkType.EN10MB, 0);
            if (view == View.SENT) {
                tap.show(b, 0, length, stampNs, 0, plain);
            }
            send(to, b, 0, length, 0);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends it; packets on their way are lost. */
    public void stop() {
        stopping = true;
        try {
            if (thread.isAlive()) {
                thread.join(1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!closed && !thread.isAlive()) {
            closed = true;
            closePorts();
            watch.close();
        }
    }

    private void closePorts() {
        Arrays.stream(ports).filter(java.util.Objects::nonNull).forEach(WirePort::close);
    }
}
