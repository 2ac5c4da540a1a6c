package packetlab.os;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
import java.util.Set;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * The ring into which preloaded programs write their calls: a file of its own in a folder that only this user may enter,
 * mapped by all of them (native/src/main/c/trace-ring.h has its layout). A program of root's may become another user's and
 * start a third one, so root's ring may be opened by whoever knows its name, which cannot be guessed and which only the
 * traced programs are told. Whoever writes there may write nonsense, so no length is believed. One thread reads;
 * {@link #close} removes the file.
 */
public final class TraceRing implements AutoCloseable {
    /** What tells a preloaded program where the ring is. */
    public static final String VARIABLE = "PACKETLAB_TRACE_RING";
    /** 32 MB: a program that does nothing but call takes a tenth of a second to fill it. */
    public static final int DEFAULT_RECORDS = 1 << 17;
    /** A place with room for less than twice so many is not used: traced programs may need it, too. */
    private static final int LEAST_RECORDS = 1 << 12;

    static final int MAGIC = 0x31525450, COUNTERS = 4096, SLOTS = 4096, SLOT = 64, HEADER = COUNTERS + SLOTS * SLOT, RECORD = 256;
    private static final int RECORD_OCTETS = 4, CAPACITY = 8, WRITTEN = 64, TAKEN = 128, LOST = 192, ATTACHED = 256;
    private static final int BEGAN = 8, ENDED = 16, RESULT = 24, COOKIE = 32, STAMP = 40, ARGUMENTS = 48, PID = 72,
            TID = 76, FD = 80, ERROR = 84, NAME = 88, NAME_LENGTH = 14, KIND = 102, NAMED = 103, LOCAL_LENGTH = 104, PEER_LENGTH = 106,
            SHOWN_LENGTH = 108, LOST_BEFORE = 112, REST = 116;
    private static final int SLOT_TID = 0, SLOT_PID = 4, SLOT_FD = 8, SLOT_KIND = 12, SLOT_BEGAN = 16, SLOT_COOKIE = 24,
            SLOT_NAME = 32;
    /** Records that are freed at once: the line of that counter is then fetched once for all of them. */
    private static final int BATCH = 256;
    /** A writer that was killed between its two steps leaves a record that is never completed. */
    private static final long PATIENCE_NS = 1_000_000_000L;
    /** As trace-ring.h numbers them. */
    private static final Transport[] KINDS = {null, null, Transport.TCP, Transport.UDP, Transport.UNIX_STREAM,
        Transport.UNIX_DATAGRAM, Transport.OTHER, null};
    private static final String BEGIN = "begin", EXEC = "exec";
    private static final int MOST_PROGRAMS = 256;
    private static final int MOST_NAMES = 1 << 16;
    private static final VarHandle LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final TraceFolder folder;
    private final Path file;
    private final MappedByteBuffer memory;
    private final int records;
    private final ByteBuffer rest = ByteBuffer.allocate(RECORD - REST);
    private final Map<Long, String> names = new HashMap<>();
    private final Set<String> executed = new LinkedHashSet<>();
    private long taken;
    private long given;
    private long waitingSinceNs;
    private long incomplete;
    private int lostBefore;

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
            TraceFolder folder = TraceFolder.create(parent, shared ? TraceFolder.For.WHO_KNOWS_THE_NAME : TraceFolder.For.THIS_USER);
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

    /** Hands on every call that is complete, in the order in which they were written; returns how many. */
    public int poll(CallTracer.Calls calls) {
        int count = 0;
        long written = (long) LONGS.getAcquire(memory, WRITTEN);
        while (taken < written && count < records) {
            int at = HEADER + (int) (taken & records - 1) * RECORD;
            if ((long) LONGS.getAcquire(memory, at) != taken + 1) {
                if (!isGivenUp()) {
                    break;
                }
                incomplete++;
                calls.missing();
            } else {
                if (memory.getInt(at + LOST_BEFORE) != lostBefore) {
                    lostBefore = memory.getInt(at + LOST_BEFORE);
                    calls.missing();
                }
                String name = name(at + NAME);
                if (name.equals(BEGIN)) {
                    begin(at);
                } else if (name.equals(EXEC)) {
                    exec(at);
                } else {
                    calls.call(read(at));
                    count++;
                }
            }
            waitingSinceNs = 0;
            taken++;
            if (taken % BATCH == 0) {
                LONGS.setRelease(memory, TAKEN, taken);
            }
        }
        LONGS.setRelease(memory, TAKEN, taken);
        given += count;
        return count;
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

    /** A process has become another program. */
    private void begin(int at) {
        int from = length(at + LOCAL_LENGTH, rest.capacity()) + length(at + PEER_LENGTH, rest.capacity());
        byte[] words = new byte[length(at + SHOWN_LENGTH, rest.capacity() - from)];
        memory.get(at + REST + from, words);
        if (names.size() < MOST_NAMES) {
            names.put((long) memory.getInt(at + PID), new String(words, StandardCharsets.UTF_8));
        }
    }

    /** A process is about to become another program, or to start one. */
    private void exec(int at) {
        byte[] path = new byte[length(at + LOCAL_LENGTH, rest.capacity())];
        memory.get(at + REST, path);
        if (executed.size() < MOST_PROGRAMS) {
            executed.add(new String(path, StandardCharsets.UTF_8));
        }
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
            Transport transport = kind >= 0 && kind < KINDS.length ? KINDS[kind] : null;
            CallEvent call = new CallEvent(began, Event.NO_TIME, name(at + SLOT_NAME), memory.getInt(at + SLOT_PID), tid,
                    fd < 0 ? Event.UNKNOWN : fd, "", 0, null, Event.UNKNOWN, null, Event.UNKNOWN, Event.UNKNOWN, List.of());
            calls.call(new SeenCall(call, transport == null || cookie == 0 ? null
                    : new SeenCall.Sight("cookie " + cookie, fd, transport, null, null, Event.NO_TIME)));
        }
    }

    private SeenCall read(int at) {
        String name = name(at + NAME);
        int kind = memory.get(at + KIND);
        Transport transport = kind >= 0 && kind < KINDS.length ? KINDS[kind] : null;
        int localLength = length(at + LOCAL_LENGTH, rest.capacity());
        int peerLength = length(at + PEER_LENGTH, rest.capacity() - localLength);
        int shownLength = length(at + SHOWN_LENGTH, rest.capacity() - localLength - peerLength);
        rest.clear();
        memory.get(at + REST, rest.array(), 0, localLength + peerLength + shownLength);
        String local = address(0, localLength);
        String peer = address(localLength, peerLength);
        ByteBuffer shown = rest.slice(localLength + peerLength, shownLength);

        long result = memory.getLong(at + RESULT);
        int errno = memory.getInt(at + ERROR);
        boolean failed = result < 0;
        long a = memory.getLong(at + ARGUMENTS);
        long b = memory.getLong(at + ARGUMENTS + 8);
        long c = memory.getLong(at + ARGUMENTS + 16);
        String args = TraceWords.of(new TraceWords.Seen(name, a, b, c,
                memory.get(at + NAMED) == 0 ? null : peer, shown, result, failed));
        int fd = memory.getInt(at + FD);
        CallKind what = CallKind.of(name);
        boolean carries = !failed && (what == CallKind.SEND || what == CallKind.RECEIVE);
        CallEvent call = new CallEvent(memory.getLong(at + BEGAN), memory.getLong(at + ENDED), name,
                memory.getInt(at + PID), memory.getInt(at + TID), fd < 0 ? Event.UNKNOWN : fd, args, result,
                failed ? Errno.name(errno) : null, Event.UNKNOWN, null, Event.UNKNOWN,
                !carries ? Event.UNKNOWN : what == CallKind.RECEIVE ? Math.min(result, Math.max(a, 0)) : result, List.of());
        long cookie = memory.getLong(at + COOKIE);
        if (transport == null || cookie == 0) {
            return new SeenCall(call, null);
        }
        boolean makes = fd < 0 || what == CallKind.ACCEPT;
        long stamp = memory.getLong(at + STAMP);
        return new SeenCall(call, new SeenCall.Sight("cookie " + cookie, makes ? result : fd, transport, local, peer,
                stamp == 0 ? Event.NO_TIME : stamp));
    }

    private String name(int at) {
        byte[] name = new byte[NAME_LENGTH];
        memory.get(at, name);
        int length = 0;
        while (length < name.length && name[length] > ' ' && name[length] < 0x7F) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.US_ASCII).intern();
    }

    private int length(int at, int most) {
        return Math.min(memory.getShort(at) & 0xFFFF, Math.max(0, most));
    }

    private String address(int from, int length) {
        return length == 0 ? null : TracedAddress.text(rest.slice(from, length), length);
    }

    @Override
    public void close() {
        folder.close();
    }
}
