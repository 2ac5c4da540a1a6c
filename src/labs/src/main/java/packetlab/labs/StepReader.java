package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the steps of a script, and knows which actors there are by then. */
final class StepReader {
    private static final int MAX_OCTETS = 1 << 20, MAX_FRAMES = 64, MAX_PAUSE_MS = 3_000;

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
    private final Set<String> acts = new TreeSet<>();
    private int masks;

    Step read(Line line) throws LabSyntaxException {
        int at = line.number();
        if (line.takes("listen")) {
            String name = fresh(line, Kind.SERVER);
            line.require("on");
            line.takes("port");
            int port = port(line, false);
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
            return wsOpen(line);
        }
        if (line.takes("ws")) {
            return ws(line);
        }
        throw line.expected("a step: listen, connect, knock, send, receive, read-end, half-close, close, reset, pause, "
                + "udp, datagram, take, echo, visit, act, ws-open, ws, or let, wire, repeat, end");
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

    private String stream(Line line) throws LabSyntaxException {
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
    private static byte[] data(Line line) throws LabSyntaxException {
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

    private Step wsOpen(Line line) throws LabSyntaxException {
        int at = line.number();
        String client = known(line, Kind.CLIENT);
        String target = line.text("the target, such as \"/chat\"");
        if (!target.matches("/[!-~]{0,200}")) {
            throw new LabSyntaxException(line.source(), at, "a target that begins with '/'", target);
        }
        byte[] nonce = line.takes("key") ? line.text("16 characters").getBytes(StandardCharsets.UTF_8) : "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        if (nonce.length != 16) {
            throw new LabSyntaxException(line.source(), at, "a key of 16 octets", nonce.length + " octets");
        }
        String breaking = line.takes("breaking") ? line.name("the rule to break") : null;
        if (breaking != null && !List.of("none", WsFrames.RESPONSE_ACCEPT).contains(breaking)) {
            breaking = null;        // it is broken later
        }
        return ended(line, new Step.WsOpen(at, client, peers.get(client), target,
                Base64.getEncoder().encodeToString(nonce), breaking));
    }

    private Step ws(Line line) throws LabSyntaxException {
        int at = line.number();
        String end = stream(line);
        boolean masked = actors.get(end) == Kind.CLIENT;
        WsFrames make = new WsFrames(masked, () -> 0x5EED_0001 + 0x01F3_5B07 * ++masks);
        if (line.takes("break")) {
            String rule = line.name("the rule to break: " + String.join(", ", WsFrames.RULES));
            if (!WsFrames.RULES.contains(rule)) {
                throw new LabSyntaxException(line.source(), at, "the rule to break: " + String.join(", ", WsFrames.RULES), rule);
            }
            return ended(line, new Step.WsSend(at, end, make.breaking(rule, line.nextIsQuoted() ? line.text("a text") : "")));
        }
        boolean text = line.takes("text");
        if (text || line.takes("binary")) {
            byte[] data = data(line);
            int frames = 1;
            if (line.takes("in")) {
                frames = (int) line.number("frames", 1, MAX_FRAMES);
                line.require("frames");
            }
            return ended(line, new Step.WsSend(at, end, make.message(text, data, frames)));
        }
        for (String control : List.of("ping", "pong")) {
            if (line.takes(control)) {
                byte[] data = data(line);
                if (data.length > 125) {
                    throw line.expected("at most 125 octets");
                }
                return ended(line, new Step.WsSend(at, end, List.of(make.control(control.equals("ping") ? 9 : 10, data))));
            }
        }
        line.require("close");
        int code = (int) line.number("a close code", 0, 65_535);
        byte[] reason = line.nextIsQuoted() ? line.text("the reason").getBytes(StandardCharsets.UTF_8) : new byte[0];
        byte[] body = code == 0 ? new byte[0] : new byte[2 + Math.min(reason.length, 123)];
        if (code != 0) {
            body[0] = (byte) (code >> 8);
            body[1] = (byte) code;
            System.arraycopy(reason, 0, body, 2, body.length - 2);
        }
        return ended(line, new Step.WsSend(at, end, List.of(make.control(8, body))));
    }
}
