package packetlab.flow;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Packets;
import packetlab.wire.Tcp;

/**
 * Plays TCP segments between a client and a server to a tracker, and keeps what comes of them. Sequence numbers are
 * given relative to each side's initial one; a segment of the client acknowledges what the test says.
 */
final class Conversation {
    static final byte[] NONE = {};
    static final int CLIENT_PORT = 50_000;
    static final int SERVER_PORT = 80;

    final List<Event> events = new ArrayList<>();
    final Map<Side, ByteArrayOutputStream> data = new EnumMap<>(Side.class);
    /** {@code client data 5}, {@code server gap 3 LOST_ACKED}, {@code client fin}, {@code close RESET}, in order. */
    final List<String> calls = new ArrayList<>();
    final TcpTracker tracker;
    private final Dissector dissector = new Dissector();
    private final int clientIsn;
    private final int serverIsn;
    private long frame;
    private long timeNs = 1_700_000_000_000_000_000L;
    private int clientPort = CLIENT_PORT;
    private int snaplen = Integer.MAX_VALUE;
    private Tape tape;

    Conversation() {
        this(1000, 5000, FlowLimits.DEFAULT, false, EventListener.Segments.ALL);
    }

    Conversation(int clientIsn, int serverIsn, FlowLimits limits, boolean lastWins, EventListener.Segments segments) {
        this.clientIsn = clientIsn;
        this.serverIsn = serverIsn;
        tracker = new TcpTracker(new EventListener() {
            @Override
            public void onEvent(Event event) {
                events.add(event);
            }

            @Override
            public boolean wants(EventType type) {
                return true;
            }

            @Override
            public Segments segments() {
                return segments;
            }
        }, this::handler, limits, lastWins);
        data.put(Side.CLIENT, new ByteArrayOutputStream());
        data.put(Side.SERVER, new ByteArrayOutputStream());
    }

    private StreamHandler handler(StreamHandler.Stream stream) {
        return new StreamHandler() {
            @Override
            public void onData(Side from, byte[] array, int offset, int length) {
                data.get(from).write(array, offset, length);
                calls.add(from.wireName() + " data " + length);
            }

            @Override
            public void onGap(Side from, long length, GapCause cause) {
                for (long i = 0; i < Math.min(length, 100); i++) {
                    data.get(from).write('?');
                }
                calls.add(from.wireName() + " gap " + length + " " + cause);
            }

            @Override
            public void onFin(Side from) {
                calls.add(from.wireName() + " fin");
            }

            @Override
            public void onClose(TcpEvent.How how) {
                calls.add("close " + how);
            }
        };
    }

    /** The next packets belong to another connection of the same client. */
    Conversation fromPort(int port) {
        clientPort = port;
        return this;
    }

    /** The capture keeps at most so many octets of the next packets, headers included. */
    Conversation cutAt(int octets) {
        snaplen = octets;
        return this;
    }

    /** The next packets come from that file, or, null, from nowhere that can be read again. */
    Conversation from(Tape file) {
        tracker.readsFrom(file);
        tape = file;
        return this;
    }

    Conversation after(long micros) {
        timeNs += micros * 1000;
        return this;
    }

    Conversation client(int flags, long sequence, long acknowledged, String payload) {
        return client(flags, sequence, acknowledged, 65_000, NONE, payload);
    }

    Conversation client(int flags, long sequence, long acknowledged, int window, byte[] options, String payload) {
        return segment(Side.CLIENT, flags, sequence, acknowledged, window, options,
                payload.getBytes(StandardCharsets.ISO_8859_1), -1);
    }

    Conversation server(int flags, long sequence, long acknowledged, String payload) {
        return server(flags, sequence, acknowledged, 65_000, NONE, payload);
    }

    Conversation server(int flags, long sequence, long acknowledged, int window, byte[] options, String payload) {
        return segment(Side.SERVER, flags, sequence, acknowledged, window, options,
                payload.getBytes(StandardCharsets.ISO_8859_1), -1);
    }

    /** @param captured payload octets that the capture kept; -1 for all */
    Conversation segment(Side from, int flags, long sequence, long acknowledged, int window, byte[] options,
                         byte[] payload, int captured) {
        boolean client = from == Side.CLIENT;
        int seq = (client ? clientIsn : serverIsn) + (int) sequence;
        int ack = (flags & Tcp.ACK) == 0 ? 0 : (client ? serverIsn : clientIsn) + (int) acknowledged;
        byte[] tcp = Packets.tcp(client ? clientPort : SERVER_PORT, client ? SERVER_PORT : clientPort, seq, ack, flags,
                window, options, payload);
        byte[] packet = Packets.ethernet(0x0800, Packets.ipv4(6, client ? 0x0A000001 : 0x0A000002,
                client ? 0x0A000002 : 0x0A000001, tcp));
        int cut = captured < 0 ? 0 : payload.length - captured;
        timeNs += 10_000;
        ByteBuffer buffer = tape == null ? ByteBuffer.wrap(packet) : tape.record(packet);
        Dissector.Result result = dissector.dissect(buffer, 0,
                Math.min(packet.length - cut, snaplen), packet.length, LinkType.EN10MB);
        if (result != Dissector.Result.TCP) {
            throw new AssertionError("the test built no TCP segment: " + dissector.protocol() + dissector.fault());
        }
        tracker.onSegment(dissector, ++frame, timeNs, 0);
        return this;
    }

    /** SYN, SYN/ACK, ACK. */
    Conversation handshake() {
        return client(Tcp.SYN, 0, 0, "").server(Tcp.SYN | Tcp.ACK, 0, 1, "").client(Tcp.ACK, 1, 1, "");
    }

    Conversation end() {
        tracker.finish();
        return this;
    }

    String text(Side side) {
        return data.get(side).toString(StandardCharsets.ISO_8859_1);
    }

    <T extends Event> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Findings as {@code frame kind}, such as {@code 5 retransmission}. */
    List<String> findings() {
        return events(TcpEvent.Finding.class).stream().map(f -> f.frame() + " " + f.kind().wireName()).toList();
    }

    String detail(FindingKind kind) {
        return events(TcpEvent.Finding.class).stream().filter(f -> f.kind() == kind).findFirst().orElseThrow().detail();
    }

    TcpEvent.Open opened() {
        return events(TcpEvent.Open.class).get(0);
    }

    TcpEvent.Close closed() {
        return events(TcpEvent.Close.class).get(0);
    }

    List<CaptureEvent.Gap> gaps() {
        return events(CaptureEvent.Gap.class);
    }
}
