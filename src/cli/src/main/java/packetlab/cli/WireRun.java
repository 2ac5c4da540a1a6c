package packetlab.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.os.ChildCommand;
import packetlab.os.NamespaceKeeper;
import packetlab.os.OsException;
import packetlab.os.Wire;
import packetlab.os.WireBridge;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureWriter;
import packetlab.rules.Impairments;
import packetlab.rules.RuleSet;
import packetlab.timeline.JoinedRun;
import packetlab.wire.LinkType;

/** One run of a command behind a wire of ours, with what is shown of it. Loads native code. */
final class WireRun {
    /** A kernel has said all that it has to say about a closed connection within this. */
    private static final long QUIET_NS = 150_000_000;
    /** After the command has ended, whatever its kernel still has to say. */
    private static final long LAST_PACKETS_NS = 3_000_000_000L;

    private static final int MAX_PACKETS_DRAWN = 1 << 16;

    private final Main main;
    private final WireOptions options;
    private final CommonOptions common;
    private final ShowOptions show;
    private final DecodeOptions decode;
    private long endedNs;

    WireRun(Main main, WireOptions options, CommonOptions common, ShowOptions show, DecodeOptions decode) {
        this.main = main;
        this.options = options;
        this.common = common;
        this.show = show;
        this.decode = decode;
    }

    /** Runs it to its end; returns its exit status. */
    int run(RuleSet rules, Impairments faults, List<String> command) throws IOException {
        int mtu = options.mtu();
        Path file = options.file();
        show.filter();
        options.pictures().check();
        PrivatePlace.enter(main, "a wire needs a network of its own");
        try (OutputStream out = output()) {
            return run(rules, faults, command, mtu, file, console(out));
        } catch (ChildCommand.NotStartedException e) {
            throw Failure.withStatus(e.status(), e.getMessage(), e);
        } catch (OsException e) {
            throw Failure.withStatus(ExitStatus.RAN_NOTHING, e.getMessage(), e);
        } catch (IOException e) {
            if (Messages.find(e, StandardOutput.ReaderGone.class) != null) {
                throw e;
            }
            throw Failure.withStatus(ExitStatus.RAN_NOTHING, e.getMessage(), e);
        }
    }

    private OutputStream output() {
        if (options.output() == null) {
            return OutputStream.nullOutputStream();
        }
        try {
            return new FileOutputStream(options.output().toFile());
        } catch (IOException e) {
            throw Failure.withStatus(ExitStatus.RAN_NOTHING, e.getMessage(), e);
        }
    }

    private Console console(OutputStream out) {
        Console own = main.console();
        return options.output() == null ? own
                : new Console(own.in(), out, own.err(), false, own.errIsTerminal(), own.utf8());
    }

    private int run(RuleSet rules, Impairments faults, List<String> command, int mtu, Path file, Console console)
            throws IOException {
        long seed = options.seed();
        Wire wire = Wire.build(mtu);
        JoinedRun drawn = new JoinedRun(0, MAX_PACKETS_DRAWN);
        Output shown = Output.of(console, common, show.filter(), common.verbose);
        Output output = options.pictures().drawn() ? new JoinOutput(shown, JoinOutput.When.RETURNED, drawn) : shown;
        // A signal is the command's business, and the wire stays until the command has ended.
        Session session = new Session(output, new Lifetime(), Progress.of(console, !common.quiet), show, decode);
        WireTeller teller = new WireTeller(session, output);
        CaptureWriter.Description description = new CaptureWriter.Description("wire", LinkType.EN10MB, 0, null,
                System.getProperty("os.name") + " " + System.getProperty("os.version"), System.getProperty("os.arch"));
        try (NamespaceKeeper keeper = NamespaceKeeper.start();
             WireBridge bridge = new WireBridge(wire, rules, faults, seed, options.view(), teller);
             Recording recording = file == null ? null : record(file, description);
             ChildCommand child = start(bridge, command, keeper)) {
            session.recordTo(recording);
            session.remarks(teller);
            session.loop().stopWhen(() -> over(child, bridge));
            session.begin(new CaptureEvent.Start(WallClock.nowNs(), title(rules, faults, seed), LinkType.name(LinkType.EN10MB),
                    null, Event.UNKNOWN, null));
            session.run(bridge.tap(), Loop.Kind.LIVE);
            child.endFamily();
            bridge.stop();
            teller.tellRules(rules);
            session.finish();
            if (!common.json) {
                teller.total(console, bridge);
            }
            new Pictures(options.pictures(), String.join(" ", command), title(rules, faults, seed), null)
                    .draw(drawn, session.dropped());
            if (bridge.failure() != null) {
                throw bridge.failure();
            }
            int recorded = recording == null ? ExitStatus.DONE : recording.finish();
            return child.running() || recorded != ExitStatus.DONE ? ExitStatus.RAN_NOTHING : child.status();
        }
    }

    private ChildCommand start(WireBridge bridge, List<String> command, NamespaceKeeper keeper) throws IOException {
        bridge.start();
        ChildCommand child = ChildCommand.start(ChildCommand.find(command.get(0)), command, Map.of(),
                common.json && options.output() == null);
        child.except(pid -> pid == keeper.pid());
        return child;
    }

    private Recording record(Path file, CaptureWriter.Description description) {
        try {
            return Recording.create(file, description, main.messages());
        } catch (Failure e) {
            throw Failure.withStatus(ExitStatus.RAN_NOTHING, e.getMessage(), e.getCause());
        }
    }

    /** Whether the command has ended, and with it all that it had to say; asked between two polls. */
    private boolean over(ChildCommand child, WireBridge bridge) {
        if (child.running()) {
            return false;
        }
        if (endedNs == 0) {
            child.endFamily();      // what it has left running would talk on
            endedNs = System.nanoTime();
        }
        if (!bridge.isIdleFor(QUIET_NS) && System.nanoTime() - endedNs < LAST_PACKETS_NS + Impairments.MAX_DELAY_NS) {
            return false;
        }
        bridge.stop();          // what it has shown until now is taken yet
        return true;
    }

    private static String title(RuleSet rules, Impairments faults, long seed) {
        StringBuilder title = new StringBuilder("wire in a private namespace (").append(PrivatePlace.way()).append(')');
        for (String word : faults.words()) {
            title.append(" · ").append(word);
        }
        int count = rules.rules().size();
        if (count > 0) {
            title.append(" · ").append(count).append(count == 1 ? " rule" : " rules");
        }
        return title.append(" · seed ").append(seed).toString();
    }
}
