package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.latency.Setting.Mode;

/** How settings take turns, what rows say of them, and the files that are made of them. */
@Timeout(60)
class BenchTest {
    @TempDir
    private Path folder;

    @Test
    void roundsTakeTurnsAndAnEndLeavesTheResultsSoFar() {
        List<Setting> settings = List.of(Measured.setting(Transport.TCP, 64), Measured.setting(Transport.UNIX_STREAM, 64));
        List<String> order = new ArrayList<>();
        AtomicBoolean ending = new AtomicBoolean();
        Bench bench = new Bench(settings, Plan.of(9, 100).warmingUp(50).endingWhen(ending::get), null, List.of(),
                new Bench.Listener() {
                    @Override
                    public void begins(int row, int round, String message) {
                        order.add(row + "/" + round);
                        ending.set(order.size() == 5);
                    }

                    @Override
                    public void ended(int row, Round round) {
                        // counted below
                    }

                    @Override
                    public void failed(int row, int round, IOException why) {
                        throw new AssertionError(why);
                    }
                });
        int number = 1;
        while (bench.round(number)) {
            number++;
        }
        assertEquals(List.of("0/1", "1/1", "0/2", "1/2", "0/3"), order);
        List<Row> rows = bench.rows(false);
        assertEquals(2, rows.size());
        assertEquals(200, rows.get(0).result().count());
        assertEquals(2, rows.get(1).result().rounds());
    }

    @Test
    void aRowPoolsItsRoundsAndKnowsTheirSpread() {
        Bench bench = Measured.bench(List.of(Measured.setting(Transport.UNIX_DATAGRAM, 64)), Plan.of(3, 500).warmingUp(500));
        LatencyEvent.Result row = bench.rows(false).get(0).result();
        long[] medians = bench.rounds(0).stream().mapToLong(Round::medianNs).sorted().toArray();
        assertEquals(1_500, row.count());
        assertEquals(3, row.rounds());
        assertEquals(medians[2] - medians[0], row.spreadNs());
        assertTrue(row.minNs() <= row.p50Ns() && row.p50Ns() <= row.p90Ns() && row.p90Ns() <= row.p99Ns());
        assertEquals(Event.UNKNOWN, row.p999Ns(), "1,500 samples do not suffice");
        assertTrue(row.cpuNs() > 0);
        assertEquals("any", row.cpus());
        assertEquals("unix-datagram", row.transport());
    }

    @Test
    void anOpenLoopCanBeToldFromTheSendCallToo() {
        Setting open = Measured.setting(Transport.TCP, 64).at(Mode.OPEN, 5_000);
        List<Row> rows = Measured.bench(List.of(open), Plan.of(1, 500).warmingUp(100)).rows(true);
        assertEquals(List.of("plan", "send"), rows.stream().map(r -> r.result().countsFrom()).toList());
        assertTrue(rows.get(1).result().p50Ns() <= rows.get(0).result().p50Ns(), "a message is never sent before its time");
    }

    @Test
    void histogramLogsAreReadBackByTheirOwnReader() throws Exception {
        Bench bench = Measured.bench(List.of(Measured.setting(Transport.TCP, 64)), Plan.of(2, 400).warmingUp(100));
        List<Path> files = HdrFiles.write(folder.resolve("run"), bench.rows(false), List.of("tcp 64 bytes"));
        assertEquals(List.of("run-tcp-64-bytes.hlog", "run-tcp-64-bytes.hgrm"),
                files.stream().map(f -> f.getFileName().toString()).toList());
        long count = 0;
        int intervals = 0;
        try (HistogramLogReader reader = new HistogramLogReader(files.get(0).toFile())) {
            for (EncodableHistogram h = reader.nextIntervalHistogram(); h != null; h = reader.nextIntervalHistogram()) {
                count += ((Histogram) h).getTotalCount();
                assertEquals(bench.rounds(0).get(intervals).latency().getMaxValue(), ((Histogram) h).getMaxValue());
                intervals++;
            }
        }
        assertEquals(2, intervals);
        assertEquals(800, count);
        String percentiles = Files.readString(files.get(1));
        assertTrue(percentiles.startsWith("       Value     Percentile TotalCount 1/(1-Percentile)"), percentiles);
    }

    @Test
    void everyExperimentSaysWhatIsExpectedAndWhereToLookFurther() {
        for (Experiment e : Experiments.all(Measured.ANYWHERE, Measured.ANYWHERE)) {
            assertFalse(e.expected().isEmpty(), e.name());
            assertFalse(e.further().isEmpty(), e.name());
            assertTrue(e.settings().size() >= 2, e.name());
            e.expected().forEach(line -> assertTrue(line.length() <= 98, line));
            assertFalse(e.conclusion().apply(List.of()).isEmpty(), "also of a run that was ended at once");
        }
    }

    @Test
    void theFloorIsBelowEveryRoundTrip() throws Exception {
        Floor floor = Floor.measure();
        assertTrue(floor.clockNs() > 0 && floor.loopNs() > 0);
        assertTrue(HostFacts.gather(floor).facts().keySet().containsAll(List.of("cpu", "kernel", "governor", "java", "flags",
                "load", "clock")));
    }
}
