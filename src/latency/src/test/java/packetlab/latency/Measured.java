package packetlab.latency;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import packetlab.latency.Setting.Placement;

/** Small measurements, for real. */
final class Measured {
    static final Placement ANYWHERE = new Placement(Placement.ANY, Placement.ANY);

    private Measured() {}

    static Setting setting(Transport transport, int size) {
        return Setting.of(transport, size, ANYWHERE);
    }

    /** All rounds of one setting; whatever cannot be measured fails the test. */
    static List<Round> rounds(Setting setting, Plan plan) {
        return bench(List.of(setting), plan).rounds(0);
    }

    static Bench bench(List<Setting> settings, Plan plan) {
        Bench bench = new Bench(settings, plan, null, List.of(), new Bench.Listener() {
            @Override
            public void begins(int row, int round, String message) {
                // of no interest here
            }

            @Override
            public void ended(int row, Round round) {
                // likewise
            }

            @Override
            public void failed(int row, int round, IOException why) {
                fail(settings.get(row) + ", round " + round, why);
            }
        });
        for (int number = 1; bench.round(number); number++) {
            // on to the next one
        }
        return bench;
    }
}
