package packetlab.rules;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.WireEvent;
import packetlab.wire.LinkType;
import packetlab.wire.Packets;
import packetlab.wire.Tcp;

/** Packets between a client, 127.0.0.1:50000 and up, and a server, 10.0.0.1:80, given to a judge one by one. */
final class Traffic {
    static final int CLIENT = 0x7F00_0001, SERVER = 0x0A00_0001;
    private static final byte[] NOTHING = {};

    final RuleSet rules;
    private final PacketWatch watch;
    private final Judge judge;
    private final List<Fate> fates = new ArrayList<>();
    private int port = 50_000;
    private int client = 1_000;
    private int server = 9_000;
    private long timeNs = 1_700_000_000_000_000_000L;

    Traffic(String text) throws RuleSyntaxException {
        this(text, Impairments.NONE, 1);
    }

    Traffic(String text, Impairments faults, long seed) throws RuleSyntaxException {
        rules = new RuleSet().add("rules", text);
        watch = new PacketWatch(rules.aboutWebSockets());
        judge = new Judge(rules, faults, seed);
    }

    private Fate decide(int protocol, int from, int to, byte[] payload) {
        byte[] frame = Packets.ethernet(0x0800, Packets.ipv4(protocol, from, to, payload));
        timeNs += 20_000_000;
        Fate fate = new Fate();
        judge.decide(watch.onPacket(ByteBuffer.wrap(frame), 0, frame.length, frame.length, timeNs, LinkType.EN10MB, 0), fate);
        fates.add(fate);
        return fate;
    }

    /** Sequence and acknowledgment relative to each side's SYN. */
    Fate fromClient(int flags, int sequence, int acknowledged, String data) {
        return decide(6, CLIENT, SERVER, Packets.tcp(port, 80, client + sequence,
                (flags & Tcp.ACK) == 0 ? 0 : server + acknowledged, flags, 4_096, NOTHING, utf8(data)));
    }

    Fate fromServer(int flags, int sequence, int acknowledged, String data) {
        return decide(6, SERVER, CLIENT, Packets.tcp(80, port, server + sequence, client + acknowledged, flags, 4_096, NOTHING,
                utf8(data)));
    }

    Fate bytesFromClient(int sequence, int acknowledged, byte[] data) {
        return decide(6, CLIENT, SERVER, Packets.tcp(port, 80, client + sequence, server + acknowledged, Tcp.ACK, 4_096, NOTHING,
                data));
    }

    Fate udp(boolean toServer, int serverPort, String data) {
        return toServer ? decide(17, CLIENT, SERVER, Packets.udp(50_000, serverPort, utf8(data)))
                : decide(17, SERVER, CLIENT, Packets.udp(serverPort, 50_000, utf8(data)));
    }

    /** SYN, SYN/ACK, ACK. */
    Traffic open() {
        fromClient(Tcp.SYN, 0, 0, "");
        fromServer(Tcp.SYN | Tcp.ACK, 0, 1, "");
        fromClient(Tcp.ACK, 1, 1, "");
        return this;
    }

    /** From here on another connection. */
    Traffic next() {
        port++;
        client += 100_000;
        server += 100_000;
        return this;
    }

    /** What became of each packet so far: its events' names, or a dot. */
    String told() {
        StringBuilder told = new StringBuilder();
        for (Fate fate : fates) {
            List<WireEvent> events = fate.events(0, 1);
            String word = events.isEmpty() ? "." : events.get(0) instanceof WireEvent.Changed c ? c.kind().wireName()
                    : events.get(0).type().wireName().substring(5);
            told.append(told.isEmpty() ? "" : " ").append(word);
        }
        return told.toString();
    }

    /** The numbers of the packets that were dropped, from 1. */
    List<Integer> dropped() {
        List<Integer> dropped = new ArrayList<>();
        for (int i = 0; i < fates.size(); i++) {
            if (fates.get(i).isDropped()) {
                dropped.add(i + 1);
            }
        }
        return dropped;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
