package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The files of one recording, named as dumpcap names them: {@code talk.pcapng} becomes
 * {@code talk_00001_20261127090732.pcapng}, with a running number and the local time of its beginning.
 */
final class Rotation {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
    private static final long NS_PER_S = 1_000_000_000L;

    private final Path file;
    private final long maxOctets;
    private final long maxNs;
    private final int keep;
    /** Those that may have to be deleted; the last one alone where none ever is. */
    private final Deque<Path> kept = new ArrayDeque<>();
    private int made;
    private int deleted;
    private long beganNs;

    /**
     * @param file      the name that the others are made from
     * @param maxOctets of one file
     * @param maxNs     from a file's beginning to its last packet
     * @param keep      how many of the newest files are not deleted
     */
    Rotation(Path file, long maxOctets, long maxNs, int keep) {
        this.file = file;
        this.maxOctets = maxOctets;
        this.maxNs = maxNs;
        this.keep = keep;
    }

    /** Whether a file of so many octets, with the next packet, is to be followed by another. */
    boolean due(long octets, long timestampNs) {
        return octets > maxOctets || timestampNs - beganNs >= maxNs;
    }

    /** Names the next file. */
    Path next(long nowNs) {
        beganNs = nowNs;
        made++;
        LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(nowNs / NS_PER_S), ZoneId.systemDefault());
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        int end = dot > 0 ? dot : name.length();
        Path next = file.resolveSibling(String.format("%s_%05d_%s%s", name.substring(0, end), made, TIME.format(time),
                name.substring(end)));
        if (keep == Integer.MAX_VALUE) {
            kept.clear();
        }
        kept.add(next);
        return next;
    }

    /** Deletes what is not among the newest any more. */
    void deleteOld() throws IOException {
        while (kept.size() > keep) {
            Files.deleteIfExists(kept.remove());
            deleted++;
        }
    }

    /** Such as {@code 3 files, the last talk_00003_20261127090732.pcapng}. */
    String words() {
        return made + (made == 1 ? " file, " : " files, the last ") + kept.getLast()
                + (deleted == 0 ? "" : " (" + deleted + " deleted)");
    }
}
