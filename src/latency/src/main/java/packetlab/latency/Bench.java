package packetlab.latency;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures several settings so that they can be compared on a machine that does other things, too: their rounds take
 * turns (A B A B), each round opens its sockets anew and warms up, and the spread between the rounds of one setting tells
 * how small a difference can be believed.
 */
public final class Bench {
    /** Is told how far it is. */
    public interface Listener {
        /** @param message in a line, such as {@code round 2 of 5: tcp 64 octets} */
        void begins(int row, int round, String message);

        void ended(int row, Round round);

        /** A round could not be measured. */
        void failed(int row, int round, IOException why);
    }

    private final List<Setting> settings;
    private final List<List<Round>> rounds = new ArrayList<>();
    private final List<List<Round>> bareRounds = new ArrayList<>();
    private final List<Hindrance.StallLog> stalls = new ArrayList<>();
    private final Plan plan;
    private final Servers servers;
    private final Listener listener;

    /** @param servers null where this process serves, or somebody else does */
    public Bench(List<Setting> settings, Plan plan, Servers servers, Listener listener) {
        this.settings = List.copyOf(settings);
        this.plan = plan;
        this.servers = servers;
        this.listener = listener;
        settings.forEach(s -> {
            rounds.add(new ArrayList<>());
            bareRounds.add(new ArrayList<>());
            stalls.add(new Hindrance.StallLog());
        });
    }

    /**
     * Runs one round of every setting; whether there is to be another one.
     *
     * @param number from 1
     */
    public boolean round(int number) {
        for (int row = 0; row < settings.size(); row++) {
            Setting setting = settings.get(row);
            boolean captured = plan.wire() && setting.transport().hasPackets();
            // What capturing costs shows beside rounds without it.
            if (captured) {
                one(row, number, false, bareRounds.get(row));
            }
            one(row, number, captured, rounds.get(row));
            if (plan.ending().getAsBoolean()) {
                return false;
            }
        }
        return number < plan.rounds();
    }

    private void one(int row, int number, boolean captured, List<Round> into) {
        if (plan.ending().getAsBoolean()) {
            return;
        }
        Setting setting = settings.get(row);
        listener.begins(row, number, "round " + number + " of " + plan.rounds() + ": " + setting.transport().word() + ", "
                + setting.size() + " octets" + (captured ? ", captured" : ""));
        try {
            Round round = new RoundRun(setting, plan, number, captured, servers, stalls.get(row)).run();
            if (round.sent() > 0) {
                into.add(round);
                listener.ended(row, round);
            }
        } catch (IOException e) {
            listener.failed(row, number, e);
        }
    }

    public List<Setting> settings() {
        return settings;
    }

    /** The rounds of a row so far. */
    public List<Round> rounds(int row) {
        return rounds.get(row);
    }

    /** Where packets are captured: the rounds beside those, in which they are not. */
    public List<Round> bareRounds(int row) {
        return bareRounds.get(row);
    }

    /** How often the server of a row has stalled. */
    Hindrance.StallLog stalls(int row) {
        return stalls.get(row);
    }
}
