package packetlab.os;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;

/**
 * The ring into which preloaded programs write their calls: a file of its own in a folder that only this user may enter,
 * mapped by all of them (native/src/main/c/trace-ring.h has its layout). A program of root's may become another user's and
 * start a third one, so root's ring may be opened by whoever knows its name, which cannot be guessed and which only the
 * traced programs are told. Whoever writes there may write nonsense, so no length is believed. One thread
 * is handed what was written; {@link #close} removes the file.
 */
public final class TraceRing implements AutoCloseable {
    /** What tells a preloaded program where the ring is. */
    public static final String VARIABLE = "PACKETLAB_TRACE_RING";
    /** 32 MB: a program that does nothing but call takes a tenth of a second to fill it. */
    public static final int DEFAULT_RECORDS = 1 << 17;
    /** A place with room for less than twice so many is not used: traced programs may need it, too. */
    private static final int LEAST_RECORDS = 1 << 12;

    static final int MAGIC = 0x31525450, COUNTERS = 4096, SLOTS = 4096, SLOT = 64, HEADER = COUNTERS + SLOTS * SLOT,
            RECORD = TraceRecord.LENGTH;
    private static final int RECORD_OCTETS = 4, CAPACITY = 8, WRITTEN = 64, TAKEN = 128, LOST = 192, ATTACHED = 256;
    private static final int SLOT_TID = 0, SLOT_PID = 4, SLOT_FD = 8, SLOT_KIND = 12, SLOT_BEGAN = 16, SLOT_COOKIE = 24,
            SLOT_NAME = 32;
    /** Records that are taken out and freed at once: the line of that counter is then fetched once for all of them. */
    private static final int BATCH = 1024;
    /** What was taken out and not handed on yet takes no more than this, nor more than a fourth of our memory. */
    private static final long MOST_WAITING_OCTETS = 256L << 20;
    /** How long nobody looks into the ring: it fills in no less than thirty times as long. */
    private static final int PAUSE_MS = 5;
    /** A writer that was killed between its two steps leaves a record that is never completed. */
    private static final long PATIENCE_NS = 1_000_000_000L;
    private static final String BEGIN = "begin", EXEC = "exec";
    private static final int MOST_PROGRAMS = 256;
    private static final int MOST_NAMES = 1 << 16;
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final TraceFolder folder;
    private final Path file;
    private final MappedByteBuffer memory;
    private final int records;
    private final TraceRecord record = new TraceRecord();
    /** Records that were taken out, in their order; one that was never completed has the sequence 0. */
    private final Queue<ByteBuffer> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingOctets = new AtomicLong();
    private final long mostWaitingOctets = Math.min(MOST_WAITING_OCTETS, Runtime.getRuntime().maxMemory() / 4);
    private final Map<Long, String> names = new HashMap<>();
    private final Set<String> executed = new LinkedHashSet<>();
    private long taken;
    private long given;
    private long waitingSinceNs;
    private volatile long incomplete;
    private int lostBefore;
    private Thread drain;
    private volatile boolean closed;

    private TraceRing(TraceFolder folder, int records, boolean shared) throws IOException {
        this.folder = folder;
        this.file = folder.path().resolve(shared ? HexFormat.of().formatHex(new SecureRandom().generateSeed(16)) : "ring");
        this.records = records;
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            reserve(channel, octets(records));
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, octets(records));
        }
        if (shared) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        }
        memory.order(ByteOrder.nativeOrder());
        memory.putInt(RECORD_OCTETS, RECORD);
        memory.putLong(CAPACITY, records);
        memory.putInt(0, MAGIC);
    }

    /** Writes all of it: a page that the file system cannot give later would kill the program that needs it. */
    private static void reserve(FileChannel channel, long octets) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        while (channel.position() < octets) {
            channel.write(zeros.clear().limit((int) Math.min(zeros.capacity(), octets - channel.position())));
        }
    }

    private static long octets(int records) {
        return HEADER + (long) records * RECORD;
    }

    /** @param records how many calls may wait to be read: a power of two; fewer where there is little room */
    public static TraceRing create(int records) throws IOException {
        if (Integer.bitCount(records) != 1) {
            throw new IllegalArgumentException("a ring has a power of two of records, not " + records);
        }
        boolean shared = User.current().uid() == 0;
        IOException why = null;
        for (Path parent : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            if (!Files.isWritable(parent)) {
                continue;
            }
            int fitting = records;
            while (fitting > LEAST_RECORDS && octets(fitting) > parent.toFile().getUsableSpace() / 2) {
                fitting /= 2;
            }
            TraceFolder folder = TraceFolder.create(parent,
                    shared ? TraceFolder.For.WHO_KNOWS_THE_NAME : TraceFolder.For.THIS_USER);
            try {
                return new TraceRing(folder, fitting, shared);
            } catch (IOException e) {
                folder.close();
                why = new IOException("no ring for calls can be made in " + parent + ": " + e.getMessage(), e);
            }
        }
        throw why != null ? why : new IOException("no ring for calls can be made: neither /dev/shm nor "
                + System.getProperty("java.io.tmpdir") + " can be written to");
    }

    /** Whether a process is our own, which waits for our end. */
    boolean isOwn(long pid) {
        return folder.isKeeper(pid);
    }

    /** Where the ring lies. */
    Path folder() {
        return folder.path();
    }

    public Path path() {
        return file;
    }

    /**
     * Has a thread take records out of the ring from now on, also while those of before are handed on: that takes many times
     * as long as a program takes to make its calls.
     */
    void drainMeanwhile() {
        drain = new Thread(() -> {
            while (!closed) {
                take();
                LockSupport.parkNanos(PAUSE_MS * 1_000_000L);
            }
        }, "trace-ring");
        drain.setDaemon(true);
        drain.setPriority(Thread.MAX_PRIORITY);
        drain.start();
    }

    /** Takes out every record that is complete, unless too many wait to be handed on. */
    private synchronized void take() {
        long written = (long) LONGS.getAcquire(memory, WRITTEN);
        while (!closed && taken < written && waitingOctets.get() < mostWaitingOctets) {
            int first = (int) (taken & records - 1);
            int most = (int) Math.min(Math.min(BATCH, records - first), written - taken);
            int count = 0;
            while (count < most && (long) LONGS.getAcquire(memory, HEADER + (first + count) * RECORD) == taken + count + 1) {
                count++;
            }
            if (count > 0) {
                ByteBuffer some = ByteBuffer.allocate(count * RECORD).order(ByteOrder.nativeOrder());
                memory.get(HEADER + first * RECORD, some.array());
                add(some);
            } else if (isGivenUp()) {
                incomplete = incomplete + 1;
                add(ByteBuffer.allocate(RECORD).order(ByteOrder.nativeOrder()));
                count = 1;
            } else {
                return;
            }
            waitingSinceNs = 0;
            taken += count;
            LONGS.setRelease(memory, TAKEN, taken);
        }
    }

    private void add(ByteBuffer some) {
        waiting.add(some);
        waitingOctets.addAndGet(some.capacity());       // what is counted is there
    }

    /** Hands on every call that was complete when this was called, in the order in which they were written; returns how many. */
    public int poll(CallTracer.Calls calls) {
        take();
        int count = 0;
        long octets = waitingOctets.get();
        while (octets > 0) {
            ByteBuffer some = waiting.remove();
            octets -= some.capacity();
            waitingOctets.addAndGet(-some.capacity());
            for (int at = 0; at < some.capacity(); at += RECORD) {
                count += handOn(some, at, calls);
            }
        }
        given += count;
        return count;
    }

    private int handOn(ByteBuffer some, int at, CallTracer.Calls calls) {
        if (some.getLong(at) == 0) {
            calls.missing();
            return 0;
        }
        if (TraceRecord.lostBefore(some, at) != lostBefore) {
            lostBefore = TraceRecord.lostBefore(some, at);
            calls.missing();
        }
        String name = TraceRecord.callName(some, at);
        if (name.equals(BEGIN)) {
            if (names.size() < MOST_NAMES) {
                names.put(TraceRecord.processOf(some, at), TraceRecord.shownText(some, at));
            }
            return 0;
        }
        if (name.equals(EXEC)) {
            if (executed.size() < MOST_PROGRAMS) {
                executed.add(TraceRecord.firstText(some, at));
            }
            return 0;
        }
        calls.call(record.call(some, at));
        return 1;
    }

    private boolean isGivenUp() {
        long now = System.nanoTime();
        if (waitingSinceNs == 0) {
            waitingSinceNs = now;
        }
        return now - waitingSinceNs > PATIENCE_NS;
    }

    /** Calls that were not recorded because the ring was full, or only half recorded. */
    public long lost() {
        return (long) LONGS.getAcquire(memory, LOST) + incomplete;
    }

    /** Calls that were handed on. */
    public long given() {
        return given;
    }

    /** Programs that have been preloaded, one for each time that a process has begun one. */
    public long attached() {
        return (long) LONGS.getAcquire(memory, ATTACHED);
    }

    /** Programs that were executed, as they were named: paths, or names that are looked for in PATH. */
    Set<String> executed() {
        return executed;
    }

    /** The name of a process's program; null where it has not told one: a fork of another. */
    public String nameOf(long pid) {
        return names.get(pid);
    }

    /** Hands on the calls that threads are in. */
    void unreturned(CallTracer.Calls calls) {
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = COUNTERS + slot * SLOT;
            long began = (long) LONGS.getAcquire(memory, at + SLOT_BEGAN);
            int tid = memory.getInt(at + SLOT_TID);
            if (tid == 0 || began == 0) {
                continue;
            }
            int kind = memory.get(at + SLOT_KIND);
            int fd = memory.getInt(at + SLOT_FD);
            long cookie = memory.getLong(at + SLOT_COOKIE);
            Transport transport = TraceRecord.transport(kind);
            CallEvent call = new CallEvent(began, Event.NO_TIME, TraceRecord.name(memory, at + SLOT_NAME),
                    memory.getInt(at + SLOT_PID), tid, fd < 0 ? Event.UNKNOWN : fd, "", 0, null, Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of());
            calls.call(new SeenCall(call, transport == null || cookie == 0 ? null
                    : new SeenCall.Sight("cookie " + cookie, fd, transport, null, null, Event.NO_TIME)));
        }
    }

    @Override
    public void close() {
        closed = true;
        if (drain != null) {
            LockSupport.unpark(drain);
        }
        folder.close();
    }
}
