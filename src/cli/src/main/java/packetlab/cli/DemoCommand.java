package packetlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import packetlab.sockets.Demo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Plays a socket demo, captures its own traffic, and shows it. */
@Command(name = "demo", description = "Plays a socket demo and shows its packets and calls, as they happen.",
        footer = {"", "Examples:",
            "  packetlab demo                      a WebSocket conversation",
            "  packetlab demo tcp-echo             every packet and every call of a TCP echo",
            "  packetlab demo udp-echo --json      the same for a program",
            "  packetlab demo tcp-echo --html a.html   a page on which a call lights up its packets",
            "  packetlab demo --list               all demos",
            "  packetlab demo tcp-echo --serve     its serving half, for a second terminal, nc or a browser",
            "  packetlab demo tcp-echo --connect localhost:7000      its other half, with any server",
            "  packetlab demo chat-web --transport sse               a chat over server-sent events",
            "  packetlab demo chat-web --serve 8080                  its server, with a page for browsers",
            "", "Needs no root: where the user may not capture, it runs in a network namespace of its own."})
final class DemoCommand implements Callable<Integer> {
    /** Names for completion and suggestions. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return AllDemos.all().stream().map(Demo::name).iterator();
        }
    }

    @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = "websocket-echo", completionCandidates = Names.class,
            description = "which demo (default: websocket-echo)")
    String name;

    @Option(names = "--list", order = 10, description = "list the demos and exit")
    boolean list;

    @Option(names = {"-w", "--write"}, order = 12, paramLabel = "FILE", description = "record the packets, too (pcapng), with the calls as comments on them")
    Path file;

    @Mixin
    BackendOptions backend;

    @Mixin
    DemoOptions halves;

    @Mixin
    WebDemoOptions web;

    @Mixin
    CommonOptions common;

    @Mixin
    ShowOptions show;

    @Mixin
    TimelineOptions timeline;

    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (list) {
            return list();
        }
        Demo demo = AllDemos.find(name);
        if (demo == null) {
            throw new ParameterException(spec.commandLine(), "there is no demo " + name + "; there are: "
                    + String.join(", ", new Names()));
        }
        Recording.requireFile(spec, file);
        demo = web.applyTo(demo, main.arguments().contains("--debug"));
        return new DemoRun(main, common, show, backend, timeline, demo, halves.staging(demo, main.console())).run(file);
    }

    private int list() throws IOException {
        int width = AllDemos.all().stream().mapToInt(d -> d.name().length()).max().orElse(0);
        StringBuilder lines = new StringBuilder();
        for (Demo.Family family : Demo.Family.values()) {
            lines.append(lines.isEmpty() ? "" : "\n").append(family.words()).append(" sockets\n");
            for (Demo demo : AllDemos.all()) {
                if (demo.family() == family) {
                    lines.append("  ").append(demo.name()).append(" ".repeat(width + 2 - demo.name().length()))
                            .append(demo.description()).append('\n');
                }
            }
        }
        main.print(lines.toString());
        return ExitStatus.DONE;
    }
}
