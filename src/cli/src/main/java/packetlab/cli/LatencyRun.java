package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.latency.Bench;
import packetlab.latency.Experiment;
import packetlab.latency.Floor;
import packetlab.latency.HostFacts;
import packetlab.latency.Peer;
import packetlab.latency.Plan;
import packetlab.latency.Remarks;
import packetlab.latency.Results;
import packetlab.latency.Round;
import packetlab.latency.Row;
import packetlab.latency.Servers;
import packetlab.latency.Setting;
import packetlab.os.WallClock;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;
import packetlab.report.LatencyTable;

/** One measurement: runs the rounds, tells how far it is, and prints what came of them. */
final class LatencyRun implements Bench.Listener {
    private final Main main;
    private final CommonOptions common;
    private final LatencyFiles files;
    private final JsonReport json;
    private final StatusLine status;
    private final long startNs = System.nanoTime();
    private Bench bench;
    private int failures;

    LatencyRun(Main main, CommonOptions common, LatencyFiles files) {
        this.main = main;
        this.common = common;
        this.files = files;
        this.json = common.json ? new JsonReport(main.console().out(), EventFilter.ALL, true) : null;
        this.status = new StatusLine(main.console());
    }

    /** @param experiment what it is about; null for a comparison of the user's own */
    int run(List<Setting> settings, Plan plan, boolean omission, Servers servers, List<Peer> peers, Experiment experiment)
            throws IOException {
        main.lifetime().graceful();
        Floor floor = Floor.measure();
        LatencyEvent.Host host = HostFacts.gather(floor);
        emit(new CaptureEvent.Start(WallClock.nowNs(), "latency", null, null, null));
        emit(host);
        bench = new Bench(settings, plan.endingWhen(main.lifetime()::ending), servers, peers, this);
        boolean more = true;
        for (int number = 1; more; number++) {
            more = bench.round(number);
        }
        status.clear();
        List<Row> rows = bench.rows(omission);
        tell(rows, plan);
        List<String> remarks = remarks(rows, plan, floor, peers);
        if (json == null && !rows.isEmpty()) {
            print(rows, remarks, host, experiment);
        }
        String title = experiment == null ? "packetlab latency" : experiment.name() + ": " + experiment.summary();
        files.write(title, rows, remarks, host, startNs);
        return rows.isEmpty() || failures > 0 && !main.lifetime().ending() ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    private void emit(Event event) {
        if (json != null) {
            json.onEvent(event);
            json.flush();
        }
    }

    private void tell(List<Row> rows, Plan plan) {
        long packets = 0;
        long dropped = plan.wire() ? 0 : Event.UNKNOWN;
        for (int i = 0; i < rows.size(); i++) {
            for (Round round : rows.get(i).rounds()) {
                emit(Results.round(i + 1, round));
                packets += round.wire() == null ? 0 : round.wire().packets();
                dropped += round.wire() == null ? 0 : round.wire().dropped();
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            emit(rows.get(i).result());
            Results.splits(i + 1, rows.get(i).rounds()).forEach(this::emit);
        }
        emit(new CaptureEvent.End(WallClock.nowNs(), packets, 0, dropped, 0, 0));
    }

    private List<String> remarks(List<Row> rows, Plan plan, Floor floor, List<Peer> peers) {
        List<String> remarks = new ArrayList<>();
        boolean closed = rows.stream().anyMatch(r -> r.result().mode().equals("closed"));
        remarks.addAll(Remarks.differences(rows, row -> name(rows, row)));
        if (closed) {
            remarks.add("closed loop: a message waits for the answer to the one before, so a stall shows once, however "
                    + "long it is (--rate N does not hide it)");
        }
        remarks.addAll(Remarks.trust(rows, row -> name(rows, row)));
        for (Row row : rows) {
            if (row.rounds().stream().anyMatch(r -> r.wire() != null)) {
                remarks.addAll(Remarks.wire(row, name(rows, row)));
            }
        }
        if (plan.wire() && rows.stream().anyMatch(r -> r.result().transport().startsWith("unix"))) {
            remarks.add("Unix sockets have no packets: nothing to split");
        }
        peers.stream().map(Peer::remark).filter(r -> r != null).forEach(remarks::add);
        remarks.add("the harness's own floor: " + floor.clockNs() + " ns for the clock, " + floor.loopNs()
                + " ns for an exchange that does nothing");
        return remarks;
    }

    private static String name(List<Row> rows, Row row) {
        return LatencyTable.label(row.result(), rows.stream().map(Row::result).toList());
    }

    private void print(List<Row> rows, List<String> remarks, LatencyEvent.Host host, Experiment experiment)
            throws IOException {
        StringBuilder text = new StringBuilder();
        List<LatencyEvent.Result> results = rows.stream().map(Row::result).toList();
        if (experiment != null) {
            text.append(experiment.name()).append(": ").append(experiment.summary()).append("\n\nExpected\n");
            experiment.expected().forEach(l -> text.append("  ").append(l).append('\n'));
            text.append("\nMeasured\n");
            conclusion(rows, experiment).forEach(l -> text.append("  ").append(l).append('\n'));
            text.append('\n');
        }
        text.append("Round trips in us: ").append(LatencyTable.common(results)).append('\n');
        text.append("  ").append(host.facts().get("cpu")).append(", ").append(host.facts().get("kernel"))
                .append(", Java ").append(System.getProperty("java.version")).append(", load ")
                .append(host.facts().get("load").split(" ")[0]).append("\n\n");
        LatencyTable.lines(results).forEach(l -> text.append(l).append('\n'));
        splits(text, rows);
        if (!common.quiet) {
            text.append('\n');
            remarks.forEach(r -> wrap(text, r));
        }
        if (experiment != null) {
            text.append("\nTo look further\n");
            experiment.further().forEach(c -> text.append("  ").append(c).append('\n'));
        }
        main.print(text.toString());
    }

    /** What was measured, in words: of the experiment's own rows, and only where all of them are there. */
    private List<String> conclusion(List<Row> rows, Experiment experiment) {
        List<Row> own = rows.stream().filter(r -> r.kind() != Row.Kind.CAPTURED
                && r.result().tool().equals(Results.TOOL)).toList();
        long views = experiment.omission()
                ? experiment.settings().stream().filter(s -> s.mode() == Setting.Mode.OPEN).count() : 0;
        return own.size() == experiment.settings().size() + views ? experiment.conclusion().apply(own)
                : List.of("not all rows were measured: nothing can be concluded");
    }

    private static void splits(StringBuilder text, List<Row> rows) {
        for (Row row : rows) {
            List<LatencyEvent.Split> splits = Results.splits(1, row.rounds());
            if (!splits.isEmpty()) {
                text.append("\n").append(name(rows, row)).append(": where the time went\n");
                LatencyTable.splits(splits).forEach(l -> text.append("  ").append(l).append('\n'));
            }
        }
    }

    private static void wrap(StringBuilder text, String line) {
        int columns = 98;
        String rest = line;
        String indent = "";
        while (rest.length() > columns - indent.length()) {
            int at = rest.lastIndexOf(' ', columns - indent.length());
            if (at <= 0) {
                break;
            }
            text.append(indent).append(rest, 0, at).append('\n');
            rest = rest.substring(at + 1);
            indent = "  ";
        }
        text.append(indent).append(rest).append('\n');
    }

    @Override
    public void begins(int row, int round, String message) {
        status.show(message);
        main.lifetime().progressed();
    }

    @Override
    public void ended(int row, Round round) {
        main.lifetime().progressed();
    }

    @Override
    public void failed(int row, int round, IOException why) {
        status.clear();
        failures++;
        main.messages().print(bench.settings().get(row).transport().word() + ", round " + round + ": " + why.getMessage(),
                List.of());
        main.messages().trace(why);
    }
}
