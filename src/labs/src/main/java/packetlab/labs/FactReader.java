package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.PacketEvent;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WsEvent;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.pcap.CaptureReader;
import packetlab.wire.Dissector;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;
import packetlab.wire.Tcp;

/** Makes {@link Facts} of a capture with our decoder. One thread. */
final class FactReader implements EventListener, PacketHandler {
    /** A lab's own capture has some hundred packets; a foreign one is told by this limit. */
    static final int MAX_ROWS = 200_000;
    /** Characters of all values: a few octets can inflate to a long message. */
    private static final long MAX_TEXT = 64L << 20;
    private static final String[] FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};

    private final List<Facts.Row> rows = new ArrayList<>();
    private final MessageDecoder messages = new MessageDecoder(this, MessageLimits.DEFAULT);
    private final Decoder decoder = new Decoder(this, messages, FlowLimits.DEFAULT, false);
    private final PacketFields fields = new PacketFields();
    private Facts.Row segment;
    private long kept;
    private boolean full;

    private FactReader() {}

    /** @throws IOException where nothing of it can be read */
    static Facts read(Path capture) throws IOException {
        FactReader reader = new FactReader();
        String damage = null;
        try (CaptureReader source = CaptureReader.open(capture, null)) {
            try {
                while (!reader.full && source.poll(reader) != PacketSource.END) {
                    // the reader takes them
                }
            } catch (IOException e) {
                damage = e.getMessage();
            }
        }
        reader.decoder.finish();
        reader.messages.close();
        return new Facts(reader.rows, reader.decoder.packets(), reader.full ? "it is far longer than any lab" : damage);
    }

    @Override
    public void onPacket(ByteBuffer buffer, int offset, int captured, int wire, long timeNs, int link, int flags) {
        segment = null;
        fields.packet(timeNs);
        decoder.onPacket(buffer, offset, captured, wire, timeNs, link, flags);
        if (segment != null && decoder.dissector().result() == Dissector.Result.TCP) {
            Tcp.View tcp = decoder.dissector().tcp();
            segment.with("raw-window", tcp.window()).with("header", tcp.headerLength())
                    .with("source-port", tcp.sourcePort()).with("destination-port", tcp.destinationPort());
        }
        if (segment != null) {
            kept -= segment.size();
            fields.fill(segment, decoder.dissector(), timeNs);
            kept += segment.size();
            full |= kept > MAX_TEXT;
        }
    }

    @Override
    public Segments segments() {
        return Segments.ALL;
    }

    @Override
    public boolean wants(EventType type) {
        return switch (type) {
            case TCP_OPEN, TCP_SEGMENT, TCP_FINDING, TCP_CLOSE, UDP_DATAGRAM, ICMP_MESSAGE, HTTP_REQUEST, HTTP_RESPONSE,
                    HTTP_MESSAGE, WS_OPEN, WS_REFUSED, WS_FRAME, WS_MESSAGE, WS_PING, WS_PONG, WS_CLOSE, WS_FINDING, WS_END,
                    SOCKJS_OPEN, SOCKJS_MESSAGE, SOCKJS_HEARTBEAT, SOCKJS_CLOSE, ENGINEIO_OPEN, ENGINEIO_PING, ENGINEIO_PONG,
                    ENGINEIO_UPGRADE, ENGINEIO_MESSAGE, ENGINEIO_CLOSE, ENGINEIO_NOOP, SOCKETIO_CONNECT, SOCKETIO_EVENT,
                    SOCKETIO_ACK, SOCKETIO_DISCONNECT, SOCKETIO_CONNECT_ERROR -> true;
            default -> false;
        };
    }

    @Override
    public void onEvent(Event event) {
        if (full || rows.size() >= MAX_ROWS) {
            full = true;
            return;
        }
        Facts.Row row = new Facts.Row(event.type().wireName(), event.frame());
        if (event instanceof TcpEvent tcp) {
            tcp(row.with("stream", tcp.stream()), tcp);
        } else if (event instanceof WsEvent ws) {
            WebFacts.ws(row, ws);
        } else if (event instanceof WebEvent web) {
            WebFacts.web(row, web);
        } else if (event instanceof PacketEvent.Datagram d) {
            row.with("source-port", d.source().port()).with("destination-port", d.destination().port())
                    .with("source", d.source().address()).with("destination", d.destination().address())
                    .with("length", d.length()).with("checksum", d.checksum() == null ? null : d.checksum().wireName());
            segment = row;
        } else if (event instanceof PacketEvent.Icmp icmp) {
            row.with("name", icmp.name()).with("type", (long) icmp.icmpType()).with("code", (long) icmp.code())
                    .with("source", icmp.source()).with("destination", icmp.destination());
            segment = row;
        } else if (event instanceof HttpEvent http) {
            WebFacts.http(row, http);
        }
        kept += row.size();
        full |= kept > MAX_TEXT;
        rows.add(row);
    }

    private void tcp(Facts.Row row, TcpEvent event) {
        if (event instanceof TcpEvent.Segment s) {
            segment = row;
            row.with("from", s.from().wireName()).with("flags", flags(s.flags())).with("sequence", s.sequence())
                    .with("acknowledged", s.acknowledged()).with("raw-sequence", s.rawSequence())
                    .with("raw-acknowledged", s.rawAcknowledged()).with("length", s.length()).with("window", s.window())
                    .with("client-port", s.client().port()).with("server-port", s.server().port())
                    .with("checksum", s.checksum() == null ? null : s.checksum().wireName());
            if (s.sequence() >= 0) {
                row.with("next-sequence", s.sequence() + s.length() + ((s.flags() & Tcp.SYN) != 0 ? 1 : 0)
                        + ((s.flags() & Tcp.FIN) != 0 ? 1 : 0));
            }
            if (s.options() != null) {
                row.with("mss", s.options().mss()).with("window-scale", s.options().windowScale())
                        .with("sack-permitted", WebFacts.yes(s.options().sackPermitted()))
                        .with("timestamps", WebFacts.yes(s.options().timestamps()));
            }
        } else if (event instanceof TcpEvent.Finding f) {
            row.with("from", f.from() == null ? null : f.from().wireName()).with("kind", f.kind().wireName());
        } else if (event instanceof TcpEvent.Open o) {
            row.with("client-port", o.client().port()).with("server-port", o.server().port());
        } else if (event instanceof TcpEvent.Close c) {
            row.with("how", c.how().wireName()).with("client-port", c.client().port())
                    .with("server-port", c.server().port()).with("client-bytes", c.bytes().client())
                    .with("server-bytes", c.bytes().server()).with("client-frames", c.frames().client())
                    .with("server-frames", c.frames().server());
        }
    }

    static String flags(int flags) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < FLAGS.length; i++) {
            if ((flags & 1 << i) != 0 && i != 3) {      // PSH says nothing that a lab asks for
                names.append(names.isEmpty() ? "" : ",").append(FLAGS[i]);
            }
        }
        return names.toString();
    }
}
