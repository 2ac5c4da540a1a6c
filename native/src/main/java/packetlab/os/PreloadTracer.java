package packetlab.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Calls seen by the library that is preloaded into the program, through the ring that they share. */
public final class PreloadTracer implements CallTracer {
    private static final String PRELOAD = "LD_PRELOAD";
    private static final int MOST_TOLD = 4;

    private final Path library;
    /** Of the library's own, where it cannot lie beside the ring; null otherwise. */
    private final TraceFolder place;
    private final TraceRing ring;
    /** A socket that wants stamps: only from a while after the first such one on does the kernel stamp each packet. */
    private final int stamped;

    private PreloadTracer(Path library, TraceFolder place, TraceRing ring, int stamped) {
        this.library = library;
        this.place = place;
        this.ring = ring;
        this.stamped = stamped;
    }

    /**
     * @param records how many calls may wait to be read
     * @throws TraceLibrary.UnavailableException where the library cannot be had
     */
    public static PreloadTracer create(int records) throws IOException {
        Path library = TraceLibrary.provide();
        TraceRing ring = TraceRing.create(records);
        TraceFolder place = null;
        try {
            // What root runs may go on as another user, who cannot read root's files; and a name may have what LD_PRELOAD
            // takes for its end.
            if (User.current().uid() == 0 || library.toString().matches(".*[\\s:].*")) {
                Path copy = TraceLibrary.copyTo(ring.folder(), library);
                if (copy == null) {
                    place = TraceFolder.create(null, TraceFolder.For.WHO_KNOWS_THE_NAME);
                    copy = TraceLibrary.copyTo(place.path(), library);
                }
                if (copy == null) {
                    throw new TraceLibrary.UnavailableException("the preload library cannot be loaded from "
                            + ring.folder().getParent() + " nor from " + place.path().getParent());
                }
                library = copy;
            }
            int stamped = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
            KernelStamps.ofReceived(stamped);
            ring.drainMeanwhile();
            return new PreloadTracer(library, place, ring, stamped);
        } catch (IOException | RuntimeException e) {
            ring.close();
            if (place != null) {
                place.close();
            }
            throw e;
        }
    }

    @Override
    public String name() {
        return "preload";
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> settings = new LinkedHashMap<>();
        String before = System.getenv(PRELOAD);
        settings.put(PRELOAD, before == null || before.isBlank() ? library.toString() : library + ":" + before);
        settings.put(TraceRing.VARIABLE, ring.path().toString());
        return settings;
    }

    @Override
    public int poll(Calls calls) {
        return ring.poll(calls);
    }

    @Override
    public boolean isOwn(long pid) {
        return ring.isOwn(pid) || place != null && place.isKeeper(pid);
    }

    @Override
    public void unreturned(Calls calls) {
        ring.unreturned(calls);
    }

    @Override
    public String nameOf(long pid) {
        return ring.nameOf(pid);
    }

    @Override
    public long lost() {
        return ring.lost();
    }

    @Override
    public List<String> remarks() {
        if (ring.attached() == 0) {
            return List.of("no program has loaded the preload library: none of its calls were seen; --via strace shows them");
        }
        Set<String> obstacles = new TreeSet<>();
        for (String program : ring.executed()) {
            try {
                String obstacle = ProgramKind.obstacle(ChildCommand.find(program));
                if (obstacle != null) {
                    obstacles.add(obstacle);
                }
            } catch (IOException | java.nio.file.InvalidPathException e) {
                // it could not be executed, either, or is not there any more
            }
        }
        List<String> first = obstacles.stream().limit(MOST_TOLD).toList();
        return first.isEmpty() ? List.of() : List.of("its calls were not seen, since nothing can be preloaded into it: "
                + String.join(", ", first) + (obstacles.size() > MOST_TOLD ? " and " + (obstacles.size() - MOST_TOLD) + " more" : "")
                + "; --via strace shows them");
    }

    @Override
    public void close() {
        ring.close();
        if (place != null) {
            place.close();
        }
        try {
            Sockets.close(stamped);
        } catch (OsException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
