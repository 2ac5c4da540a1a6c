package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the steps of a script, and knows which actors there are by then. */
final class StepReader {
    private static final int MAX_OCTETS = 1 << 20, MAX_PAUSE_MS = 3_000;

    private enum Kind {
        SERVER("a server, made by 'listen'"), CLIENT("a client's end, made by 'connect'"),
        PEER("a server's end, made by 'connect .. as'"), UDP("a datagram socket, made by 'udp'");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private final Map<String, Kind> actors = new TreeMap<>();
    private final Map<String, String> peers = new TreeMap<>();
    private final Map<String, Integer> ports = new TreeMap<>();
    private final WebSteps web = new WebSteps(this);
    private final Set<String> acts = new TreeSet<>();

    Step read(Line line) throws LabSyntaxException {
        int at = line.number();
        if (line.takes("listen")) {
            String name = fresh(line, Kind.SERVER);
            line.require("on");
            line.takes("port");
            int port = port(line, false);
            ports.put(name, port);
            int buffer = 0;
            if (line.takes("receive-buffer")) {
                buffer = (int) line.number("octets", 1_024, 1 << 22);
            }
            return ended(line, new Step.Listen(at, name, port, buffer));
        }
        if (line.takes("connect")) {
            String client = fresh(line, Kind.CLIENT);
            line.require("to");
            String server = known(line, Kind.SERVER);
            int from = line.takes("from") ? port(line, true) : 0;
            line.require("as");
            String peer = fresh(line, Kind.PEER);
            ports.put(client, ports.get(server));
            peers.put(client, peer);
            peers.put(peer, client);
            return ended(line, new Step.Connect(at, client, server, from, peer));
        }
        if (line.takes("knock")) {
            line.require("on");
            line.takes("port");
            int port = port(line, false);
            return ended(line, new Step.Knock(at, port, line.takes("from") ? port(line, true) : 0));
        }
        if (line.takes("send")) {
            String end = stream(line);
            byte[] data = data(line);
            return ended(line, new Step.Send(at, end, data, line.takes("behind")));
        }
        if (line.takes("receive")) {
            String end = stream(line);
            int octets = (int) line.number("octets", 1, MAX_OCTETS);
            return ended(line, new Step.Receive(at, end, octets));
        }
        if (line.takes("read-end")) {
            return ended(line, new Step.ReadEnd(at, stream(line)));
        }
        if (line.takes("half-close")) {
            return ended(line, new Step.HalfClose(at, stream(line)));
        }
        if (line.takes("close")) {
            return ended(line, new Step.Close(at, any(line)));
        }
        if (line.takes("reset")) {
            return ended(line, new Step.Reset(at, stream(line)));
        }
        if (line.takes("pause")) {
            return ended(line, new Step.Pause(at, (int) line.number("milliseconds", 1, MAX_PAUSE_MS)));
        }
        if (line.takes("udp")) {
            String name = fresh(line, Kind.UDP);
            boolean far = line.takes("far");
            if (!far) {
                line.require("near");
            }
            return ended(line, new Step.Udp(at, name, far, port(line, false)));
        }
        if (line.takes("datagram")) {
            line.require("from");
            String from = known(line, Kind.UDP);
            line.require("to");
            boolean toPort = line.takes("port");
            String to = toPort ? null : known(line, Kind.UDP);
            int port = toPort ? port(line, false) : 0;
            return ended(line, new Step.Datagram(at, from, to, port, data(line)));
        }
        if (line.takes("take")) {
            return ended(line, new Step.Take(at, known(line, Kind.UDP)));
        }
        if (line.takes("http")) {
            return ended(line, web.http(line));
        }
        if (line.takes("echo")) {
            String name = any(line);
            int octets = 0;
            if (peers.containsKey(name)) {
                line.require("by");
                octets = (int) line.number("octets", 1, MAX_OCTETS);
            } else if (actors.get(name) != Kind.UDP) {
                throw new LabSyntaxException(line.source(), at, "an end of a connection or a datagram socket", name);
            }
            return ended(line, new Step.Echo(at, name, octets));
        }
        if (line.takes("visit")) {
            String server = known(line, Kind.SERVER);
            line.require("from");
            return ended(line, new Step.Visit(at, server, port(line, true), data(line)));
        }
        if (line.takes("act")) {
            return act(line);
        }
        if (line.takes("ws-open")) {
            return ended(line, web.open(line));
        }
        if (line.takes("ws")) {
            return ended(line, web.frames(line));
        }
        throw line.expected("a step: listen, connect, knock, send, receive, read-end, half-close, close, reset, pause, "
                + "udp, datagram, take, echo, visit, act, http, ws-open, ws, or let, wire, repeat, end");
    }

    private Step act(Line line) throws LabSyntaxException {
        String name = line.name("the act's name");
        if (!acts.add(name)) {
            throw new LabSyntaxException(line.source(), line.number(), "a name that is not taken yet", name);
        }
        for (Step.Act.Kind kind : Step.Act.Kind.values()) {
            if (line.takes(kind.name().toLowerCase(java.util.Locale.ROOT))) {
                return ended(line, new Step.Act(line.number(), name, kind));
            }
        }
        throw line.expected("'send', 'filter' or 'rule'");
    }

    private static Step ended(Line line, Step step) throws LabSyntaxException {
        line.end();
        return step;
    }

    private String fresh(Line line, Kind kind) throws LabSyntaxException {
        String name = line.name("a new actor's name");
        if (actors.putIfAbsent(name, kind) != null) {
            throw new LabSyntaxException(line.source(), line.number(), "a name that is not taken yet", name);
        }
        return name;
    }

    private String known(Line line, Kind kind) throws LabSyntaxException {
        String name = line.name(kind.words);
        if (actors.get(name) != kind) {
            throw new LabSyntaxException(line.source(), line.number(), kind.words, name);
        }
        return name;
    }

    /** The name of a client's end. */
    String client(Line line) throws LabSyntaxException {
        return known(line, Kind.CLIENT);
    }

    boolean isClient(String end) {
        return actors.get(end) == Kind.CLIENT;
    }

    String peer(String end) {
        return peers.get(end);
    }

    /** Of the server that a client's end is connected to. */
    int serverPort(String client) {
        return ports.get(client);
    }

    String stream(Line line) throws LabSyntaxException {
        String name = line.name("an end of a connection, made by 'connect'");
        if (!peers.containsKey(name)) {
            throw new LabSyntaxException(line.source(), line.number(), "an end of a connection, made by 'connect'", name);
        }
        return name;
    }

    private String any(Line line) throws LabSyntaxException {
        String name = line.name("an actor");
        if (!actors.containsKey(name)) {
            throw new LabSyntaxException(line.source(), line.number(), "an actor that was made before", name);
        }
        return name;
    }

    private static int port(Line line, boolean client) throws LabSyntaxException {
        return (int) line.number(client ? "the client's port" : "a port", 1_024, 65_535);
    }

    /** A text in quotes, or so many octets: letters that go through the alphabet, so that their places can be seen. */
    static byte[] data(Line line) throws LabSyntaxException {
        if (line.nextIsQuoted()) {
            return line.text("a text").getBytes(StandardCharsets.UTF_8);
        }
        int octets = (int) line.number("a text in quotes, or octets", 0, MAX_OCTETS);
        line.require("octets");
        byte[] data = new byte[octets];
        for (int i = 0; i < octets; i++) {
            data[i] = (byte) ('a' + i % 26);
        }
        return data;
    }
}
