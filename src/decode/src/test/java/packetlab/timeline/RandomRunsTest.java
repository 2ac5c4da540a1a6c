package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.event.Side.CLIENT;
import static packetlab.event.Side.SERVER;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import packetlab.event.CallEvent;

/**
 * One stream cut in three ways at random, into calls that send, segments and calls that receive, with segments repeated
 * and with segments that the capture lost; held against a map of octets.
 */
class RandomRunsTest {
    private static final int RUNS = 400;

    /** What is known of one octet. */
    private static final class Octet {
        int send;
        final TreeSet<Long> frames = new TreeSet<>();
    }

    private record Piece(int start, int end, long fromNs, long toNs) {}

    private SplittableRandom random;
    private Octet[] octets;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_127})
    void everyCallHasThePacketsOfItsOctets(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < RUNS; i++) {
            long runSeed = seeds.nextLong();
            random = new SplittableRandom(runSeed);
            try {
                run();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + runSeed + ": " + e.getMessage(), e);
            }
        }
    }

    private List<int[]> cuts(int total) {
        List<int[]> pieces = new ArrayList<>();
        for (int at = 0; at < total; ) {
            int end = Math.min(total, at + 1 + random.nextInt(1 + total / 3));
            pieces.add(new int[] {at, end});
            at = end;
        }
        return pieces;
    }

    private void run() {
        int total = 1 + random.nextInt(120);
        octets = new Octet[total];
        for (int i = 0; i < total; i++) {
            octets[i] = new Octet();
        }
        Script script = new Script();
        script.handshake();
        List<Piece> sends = sends(total);
        long lastNs = segments(script, sends, total);
        List<Piece> receives = receives(total, lastNs);
        tell(script, sends, receives);
        for (Piece send : sends) {
            CallEvent call = script.of(CLIENT, "send", send.fromNs());
            assertEquals(send.start(), call.offset());
            assertEquals(new ArrayList<>(frames(send)), call.frames(), call::toString);
            assertEquals(unseen(send), call.uncaptured(), call::toString);
        }
        for (Piece receive : receives) {
            CallEvent call = script.of(SERVER, "recv", receive.fromNs());
            assertEquals(receive.start(), call.offset());
            assertTrue(frames(receive).containsAll(call.frames()), call::toString);
            assertEquals(unseen(receive), call.uncaptured(), call::toString);
            TreeSet<Long> senders = new TreeSet<>();
            for (int i = receive.start(); i < receive.end(); i++) {
                senders.add(script.of(CLIENT, "send", sends.get(octets[i].send).fromNs()).id());
            }
            assertEquals(senders, new TreeSet<>(call.peers()), call::toString);
        }
    }

    private List<Piece> sends(int total) {
        List<Piece> sends = new ArrayList<>();
        long nowNs = 1_000;
        for (int[] cut : cuts(total)) {
            for (int i = cut[0]; i < cut[1]; i++) {
                octets[i].send = sends.size();
            }
            long endNs = nowNs + 1 + random.nextInt(50);
            sends.add(new Piece(cut[0], cut[1], nowNs, endNs));
            nowNs = endNs + random.nextInt(20);
        }
        return sends;
    }

    /** Segments in order, some of them again before they are acknowledged, some of them not captured. */
    private long segments(Script script, List<Piece> sends, int total) {
        long nowNs = 2_000 + sends.get(sends.size() - 1).toNs();
        for (int[] cut : cuts(total)) {
            int copies = random.nextInt(5) == 0 ? 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                nowNs += 1 + random.nextInt(30);
                if (random.nextInt(8) != 0) {
                    long frame = script.segment(CLIENT, nowNs, Script.ACK, 1 + cut[0], 1, cut[1] - cut[0]);
                    for (int i = cut[0]; i < cut[1]; i++) {
                        octets[i].frames.add(frame);
                    }
                }
            }
            nowNs += 1 + random.nextInt(30);
            script.segment(SERVER, nowNs, Script.ACK, 1, 1 + cut[1], 0);
        }
        return nowNs;
    }

    private List<Piece> receives(int total, long afterNs) {
        List<Piece> receives = new ArrayList<>();
        long nowNs = afterNs + 1;
        for (int[] cut : cuts(total)) {
            long endNs = nowNs + 1 + random.nextInt(50);
            receives.add(new Piece(cut[0], cut[1], nowNs, endNs));
            nowNs = endNs + random.nextInt(20);
        }
        return receives;
    }

    /** Each call is told when it has returned; settled in between, or only at the end. */
    private void tell(Script script, List<Piece> sends, List<Piece> receives) {
        List<Piece> all = new ArrayList<>(sends);
        all.addAll(receives);
        all.sort(Comparator.comparingLong(Piece::toNs));
        for (Piece piece : all) {
            boolean sent = sends.contains(piece);
            if (sent) {
                script.client("send", piece.fromNs(), piece.toNs(), piece.end() - piece.start());
            } else {
                script.server("recv", piece.fromNs(), piece.toNs(), piece.end() - piece.start());
            }
            if (random.nextInt(4) == 0) {
                script.timeline.settle(piece.toNs());
            }
        }
        script.timeline.finish();
    }

    private TreeSet<Long> frames(Piece piece) {
        TreeSet<Long> frames = new TreeSet<>();
        for (int i = piece.start(); i < piece.end(); i++) {
            frames.addAll(octets[i].frames);
        }
        return frames;
    }

    private long unseen(Piece piece) {
        long count = 0;
        for (int i = piece.start(); i < piece.end(); i++) {
            count += octets[i].frames.isEmpty() ? 1 : 0;
        }
        return count;
    }
}
