package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.HttpEvent;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
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
    private static final String[] FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};

    private final List<Facts.Row> rows = new ArrayList<>();
    private final MessageDecoder messages = new MessageDecoder(this, MessageLimits.DEFAULT);
    private final Decoder decoder = new Decoder(this, messages, FlowLimits.DEFAULT, false);
    private final PacketFields fields = new PacketFields();
    private Facts.Row segment;
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
            segment.with("raw-sequence", Integer.toUnsignedLong(tcp.sequence()))
                    .with("raw-window", tcp.window()).with("header", tcp.headerLength())
                    .with("source-port", tcp.sourcePort()).with("destination-port", tcp.destinationPort());
            if ((tcp.flags() & Tcp.ACK) != 0) {
                segment.with("raw-acknowledged", Integer.toUnsignedLong(tcp.acknowledgment()));
            }
        }
        if (segment != null) {
            fields.fill(segment, decoder.dissector(), timeNs);
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
                    WS_OPEN, WS_FRAME, WS_MESSAGE, WS_PING, WS_PONG, WS_CLOSE, WS_FINDING, WS_END -> true;
            default -> false;
        };
    }

    @Override
    public void onEvent(Event event) {
        if (rows.size() >= MAX_ROWS) {
            full = true;
            return;
        }
        Facts.Row row = new Facts.Row(event.type().wireName(), event.frame());
        if (event instanceof TcpEvent tcp) {
            tcp(row.with("stream", tcp.stream()), tcp);
        } else if (event instanceof WsEvent ws) {
            ws(row.with("stream", ws.stream()), ws);
        } else if (event instanceof PacketEvent.Datagram d) {
            row.with("source-port", d.source().port()).with("destination-port", d.destination().port())
                    .with("source", d.source().address()).with("destination", d.destination().address())
                    .with("length", d.length()).with("checksum", d.checksum() == null ? null : d.checksum().wireName());
            segment = row;
        } else if (event instanceof PacketEvent.Icmp icmp) {
            row.with("name", icmp.name()).with("type", (long) icmp.icmpType()).with("code", (long) icmp.code())
                    .with("source", icmp.source()).with("destination", icmp.destination());
            segment = row;
        } else if (event instanceof HttpEvent.Head head) {
            row.with("stream", head.stream()).with("from", head.from().wireName());
            if (head instanceof HttpEvent.Request request) {
                row.with("method", request.method()).with("target", request.target());
            } else if (head instanceof HttpEvent.Response response) {
                row.with("status", response.status());
            }
            for (HttpEvent.Header header : head.headers()) {
                row.with("header." + header.name().toLowerCase(java.util.Locale.ROOT), header.value());
            }
        }
        rows.add(row);
    }

    private void tcp(Facts.Row row, TcpEvent event) {
        if (event instanceof TcpEvent.Segment s) {
            segment = row;
            row.with("from", s.from().wireName()).with("flags", flags(s.flags())).with("sequence", s.sequence())
                    .with("acknowledged", s.acknowledged()).with("length", s.length()).with("window", s.window())
                    .with("client-port", s.client().port()).with("server-port", s.server().port())
                    .with("checksum", s.checksum() == null ? null : s.checksum().wireName());
            if (s.sequence() >= 0) {
                row.with("next-sequence", s.sequence() + s.length() + ((s.flags() & Tcp.SYN) != 0 ? 1 : 0)
                        + ((s.flags() & Tcp.FIN) != 0 ? 1 : 0));
            }
            if (s.options() != null) {
                row.with("mss", s.options().mss()).with("window-scale", s.options().windowScale())
                        .with("sack-permitted", yes(s.options().sackPermitted()))
                        .with("timestamps", yes(s.options().timestamps()));
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

    private void ws(Facts.Row row, WsEvent event) {
        if (event instanceof WsEvent.Frame f) {
            from(row, f.from()).with("fin", yes(f.fin())).with("opcode", f.opcode()).with("rsv", f.rsv())
                    .with("masked", yes(f.masked())).with("length", f.length()).with("payload", text(f.payload()));
        } else if (event instanceof WsEvent.Message m) {
            from(row, m.from()).with("opcode", m.opcode()).with("frames", m.frames()).with("length", m.length())
                    .with("wire-length", m.wireLength()).with("payload", text(m.data()));
        } else if (event instanceof WsEvent.Ping p) {
            from(row, p.from()).with("payload", text(p.payload()));
        } else if (event instanceof WsEvent.Pong p) {
            from(row, p.from()).with("payload", text(p.payload())).with("ping-frame", p.pingFrame());
        } else if (event instanceof WsEvent.Close c) {
            from(row, c.from()).with("code", c.code()).with("reason", c.reason());
        } else if (event instanceof WsEvent.Finding f) {
            from(row, f.from()).with("rule", f.rule()).with("section", f.section()).with("level", f.level().wireName());
        } else if (event instanceof WsEvent.Open o) {
            row.with("target", o.target());
        } else if (event instanceof WsEvent.End e) {
            row.with("clean", yes(e.clean())).with("code", e.code());
        }
    }

    private static Facts.Row from(Facts.Row row, Side side) {
        return row.with("from", side == null ? null : side.wireName());
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String text(byte[] payload) {
        return payload == null ? null : new String(payload, StandardCharsets.UTF_8);
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
