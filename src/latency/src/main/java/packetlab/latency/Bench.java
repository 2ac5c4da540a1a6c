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

    /** What a row is called whose packets were captured. */
    private static final String CAPTURED = "captured", STAMPED = "stamped";

    private final List<Setting> settings;
    private final List<List<Round>> rounds = new ArrayList<>();
    private final List<List<Round>> bareRounds = new ArrayList<>();
    private final List<Hindrance.StallLog> stalls = new ArrayList<>();
    private final List<List<List<Peer.Figures>>> peerRounds = new ArrayList<>();
    private final Plan plan;
    private final Servers servers;
    private final List<Peer> peers;
    private final Listener listener;

    /**
     * @param servers null where this process serves, or somebody else does
     * @param peers   other programs, whose rounds take turns with ours where they can measure the same
     */
    public Bench(List<Setting> settings, Plan plan, Servers servers, List<Peer> peers, Listener listener) {
        this.peers = List.copyOf(peers);
        this.settings = List.copyOf(settings);
        this.plan = plan;
        this.servers = servers;
        this.listener = listener;
        settings.forEach(s -> {
            rounds.add(new ArrayList<>());
            bareRounds.add(new ArrayList<>());
            stalls.add(new Hindrance.StallLog());
            List<List<Peer.Figures>> ofPeers = new ArrayList<>();
            peers.forEach(p -> ofPeers.add(new ArrayList<>()));
            peerRounds.add(ofPeers);
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
            // With a server elsewhere, only sockets that the kernel stamps on the way out, too.
            boolean captured = plan.wire() && setting.transport().hasPackets()
                    && (plan.server() == null || !setting.transport().isRaw());
            // What capturing costs shows beside rounds without it.
            if (captured) {
                one(row, number, false, bareRounds.get(row));
            }
            one(row, number, captured, rounds.get(row));
            for (int i = 0; i < peers.size(); i++) {
                peer(row, number, peers.get(i), peerRounds.get(row).get(i));
            }
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

    private void peer(int row, int number, Peer peer, List<Peer.Figures> into) {
        Setting setting = settings.get(row);
        if (plan.ending().getAsBoolean() || !peer.measures(setting)) {
            return;
        }
        listener.begins(row, number, "round " + number + " of " + plan.rounds() + ": " + peer.name() + ", "
                + setting.transport().word());
        try {
            into.add(peer.measure(setting, plan.messages()));
        } catch (IOException e) {
            if (!plan.ending().getAsBoolean()) {
                listener.failed(row, number, new IOException(peer.name() + ": " + e.getMessage(), e));
            }
        }
    }

    /**
     * The table so far.
     *
     * @param omission whether an open loop is also told from the send call
     */
    public List<Row> rows(boolean omission) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            List<Round> bare = bareRounds.get(i);
            List<Round> own = rounds.get(i);
            if (!bare.isEmpty()) {
                rows.add(new Row(Results.row(rows.size() + 1, setting, bare), bare, Row.Kind.OWN));
            }
            if (own.isEmpty()) {
                continue;
            }
            String how = plan.server() == null ? CAPTURED : STAMPED;
            Setting shown = bare.isEmpty() ? setting
                    : setting.noted(setting.note().isEmpty() ? how : setting.note() + ", " + how);
            rows.add(new Row(Results.row(rows.size() + 1, shown, own), own,
                    bare.isEmpty() ? Row.Kind.OWN : Row.Kind.CAPTURED));
            if (omission && setting.mode() == Setting.Mode.OPEN) {
                rows.add(new Row(Results.fromSend(rows.size() + 1, shown, own), own,
                        Row.Kind.OTHER_VIEW));
            }
            for (int k = 0; k < peers.size(); k++) {
                if (!peerRounds.get(i).get(k).isEmpty()) {
                    rows.add(new Row(Peers.row(rows.size() + 1, setting, peers.get(k), peerRounds.get(i).get(k)), List.of(),
                            Row.Kind.OWN));
                }
            }
        }
        return rows;
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
