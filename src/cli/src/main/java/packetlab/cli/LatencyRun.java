package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.latency.Bench;
import packetlab.latency.Floor;
import packetlab.latency.HostFacts;
import packetlab.latency.Plan;
import packetlab.latency.Results;
import packetlab.latency.Round;
import packetlab.latency.Setting;
import packetlab.os.WallClock;
import packetlab.report.EventFilter;
import packetlab.report.JsonReport;
import packetlab.report.LatencyTable;

/** One measurement: runs the rounds, tells how far it is, and prints what came of them. */
final class LatencyRun implements Bench.Listener {
    private final Main main;
    private final CommonOptions common;
    private final JsonReport json;
    private Bench bench;

    LatencyRun(Main main, CommonOptions common) {
        this.main = main;
        this.common = common;
        this.json = common.json ? new JsonReport(main.console().out(), EventFilter.ALL, true) : null;
    }

    int run(List<Setting> settings, Plan plan) throws IOException {
        main.lifetime().graceful();
        LatencyEvent.Host host = HostFacts.gather();
        Floor floor = Floor.measure();
        emit(new CaptureEvent.Start(WallClock.nowNs(), "latency", null, null, null));
        emit(host);
        bench = new Bench(settings, plan.endingWhen(main.lifetime()::ending), null, this);
        for (int number = 1; bench.round(number); number++) {
            main.lifetime().progressed();
        }
        List<LatencyEvent.Result> rows = new ArrayList<>();
        for (int row = 0; row < settings.size(); row++) {
            if (!bench.rounds(row).isEmpty()) {
                rows.add(Results.row(row + 1, settings.get(row), bench.rounds(row)));
            }
        }
        rows.forEach(this::emit);
        if (json == null) {
            print(rows, floor);
        } else {
            json.flush();
        }
        return rows.isEmpty() ? ExitStatus.FAILED : ExitStatus.DONE;
    }

    private void emit(Event event) {
        if (json != null) {
            json.onEvent(event);
        }
    }

    private void print(List<LatencyEvent.Result> rows, Floor floor) throws IOException {
        StringBuilder text = new StringBuilder("packetlab latency: ").append(LatencyTable.common(rows)).append("\n\n");
        LatencyTable.lines(rows).forEach(l -> text.append(l).append('\n'));
        text.append("\nfloor: clock ").append(floor.clockNs()).append(" ns, loop ").append(floor.loopNs()).append(" ns\n");
        main.print(text.toString());
    }

    @Override
    public void begins(int row, int round, String message) {
        // told where it takes long
    }

    @Override
    public void ended(int row, Round round) {
        emit(Results.round(row + 1, round));
        main.lifetime().progressed();
    }

    @Override
    public void failed(int row, int round, IOException why) {
        main.messages().print(bench.settings().get(row).transport().word() + ": " + why.getMessage(), List.of());
    }
}
