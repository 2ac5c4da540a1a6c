package packetlab.report;

import java.util.List;
import packetlab.event.CallEvent;
import packetlab.event.CostEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Checksum;
import packetlab.event.Event;
import packetlab.event.HttpEvent;
import packetlab.event.LatencyEvent;
import packetlab.event.NoteEvent;
import packetlab.event.PacketEvent;
import packetlab.event.PerSide;
import packetlab.event.TcpEvent;
import packetlab.event.WebEvent;
import packetlab.event.WireEvent;
import packetlab.event.WsEvent;

/** The fields of every event but {@code ws.frame} and {@code ws.message}, in the order of the schema. */
final class JsonFields {
    private static final String[] FLAGS = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"};

    private final JsonLine line;
    private final JsonWebFields web;
    private final JsonCostFields cost;

    JsonFields(ByteSink out) {
        this.line = new JsonLine(out);
        this.web = new JsonWebFields(line);
        this.cost = new JsonCostFields(line);
    }

    void write(Event event) {
        line.begin(event.type().wireName());
        if (event instanceof TcpEvent e) {
            tcp(e);
        } else if (event instanceof HttpEvent e) {
            web.http(e);
        } else if (event instanceof WsEvent e) {
            ws(e);
        } else if (event instanceof CaptureEvent e) {
            capture(e);
        } else if (event instanceof PacketEvent e) {
            packet(e);
        } else if (event instanceof CallEvent e) {
            call(e);
        } else if (event instanceof NoteEvent e) {
            line.time("time", e.timeNs());
            line.side("from", e.from());
            line.text("text", e.text());
        } else if (event instanceof LatencyEvent e) {
            latency(e);
        } else if (event instanceof WebEvent e) {
            web.web(e);
        } else if (event instanceof WireEvent e) {
            wire(e);
        } else if (event instanceof CostEvent e) {
            cost.cost(e);
        }
        line.end();
    }

    private void wire(WireEvent event) {
        line.common(event, event.stream(), event.from());
        if (event instanceof WireEvent.Dropped e) {
            line.text("rule", e.rule());
            line.text("detail", e.detail());
        } else if (event instanceof WireEvent.Delayed e) {
            line.micros("delayUs", e.delayNs());
            line.text("rule", e.rule());
        } else if (event instanceof WireEvent.Changed e) {
            line.text("kind", e.kind().wireName());
            line.text("rule", e.rule());
            line.text("detail", e.detail());
        } else if (event instanceof WireEvent.Passed e) {
            line.text("rule", e.rule());
        } else if (event instanceof WireEvent.Rule e) {
            line.text("rule", e.rule());
            line.text("action", e.action());
            line.number("packets", e.packets());
            line.number("bytes", e.bytes());
        }
    }

    private void capture(CaptureEvent event) {
        if (event instanceof CaptureEvent.Start e) {
            line.number("version", CaptureEvent.Start.VERSION);
            line.text("source", e.source());
            line.text("link", e.link());
            line.text("backend", e.backend());
            line.known("bufferBytes", e.bufferBytes());
            line.text("filter", e.filter());
            line.time("time", e.timeNs());
        } else if (event instanceof CaptureEvent.End e) {
            line.number("packets", e.packets());
            line.number("bytes", e.bytes());
            line.known("dropped", e.dropped());
            line.number("streams", e.streams());
            line.number("findings", e.findings());
            line.positive("leftOut", e.leftOut());
            line.time("time", e.timeNs());
        } else if (event instanceof CaptureEvent.Dropped e) {
            line.common(e, Event.UNKNOWN, null);
            line.number("count", e.count());
        } else if (event instanceof CaptureEvent.Limit e) {
            line.common(e, e.stream(), e.from());
            line.text("name", e.name());
            line.number("value", e.value());
            line.number("count", e.count());
        } else if (event instanceof CaptureEvent.Gap e) {
            line.common(e, e.stream(), e.from());
            line.number("bytes", e.bytes());
            line.flag("acked", e.acked());
        } else if (event instanceof CaptureEvent.Interface e) {
            line.number("section", e.section());
            line.number("number", e.number());
            line.text("link", e.link());
            line.text("name", e.name());
            line.text("description", e.description());
            line.known("snaplen", e.snaplen());
            line.text("filter", e.filter());
        } else if (event instanceof CaptureEvent.Comment e) {
            line.common(e, Event.UNKNOWN, null);
            line.text("text", e.text());
        } else if (event instanceof CaptureEvent.Oddity e) {
            line.common(e, Event.UNKNOWN, null);
            line.text("text", e.text());
        }
    }

    private void checksum(Checksum checksum) {
        line.text("checksum", checksum == null ? null : checksum.wireName());
    }

    private void tcp(TcpEvent event) {
        if (event instanceof TcpEvent.Segment e) {
            line.common(e, e.stream(), e.from());
            line.text("client", e.client().toString());
            line.text("server", e.server().toString());
            line.beginArray("flags");
            for (int i = 0; i < FLAGS.length; i++) {
                if ((e.flags() & 1 << i) != 0) {
                    line.element(FLAGS[i]);
                }
            }
            line.endArray();
            line.number("sequence", e.sequence());
            line.known("acknowledged", e.acknowledged());
            line.number("rawSequence", e.rawSequence());
            line.known("rawAcknowledged", e.rawAcknowledged());
            line.number("length", e.length());
            line.known("window", e.window());
            options("options", e.options());
            line.micros("ackRttUs", e.ackRttNs());
            checksum(e.checksum());
            return;
        }
        if (event instanceof TcpEvent.Protocol e) {
            line.common(e, e.stream(), e.from());
            line.text("protocol", e.protocol());
            return;
        }
        line.common(event, event.stream(), event instanceof TcpEvent.Finding f ? f.from() : null);
        if (event instanceof TcpEvent.Open e) {
            line.text("client", e.client().toString());
            line.text("server", e.server().toString());
            if (e.handshake() != null) {
                handshake(e.handshake());
            }
            line.text("start", e.start().wireName());
        } else if (event instanceof TcpEvent.Finding e) {
            line.text("kind", e.kind().wireName());
            line.text("detail", e.detail());
        } else if (event instanceof TcpEvent.Close e) {
            line.text("client", e.client().toString());
            line.text("server", e.server().toString());
            line.text("how", e.how().wireName());
            perSide("frames", e.frames());
            perSide("bytes", e.bytes());
            perSide("lostBytes", e.lostBytes());
            line.micros("durationUs", e.durationNs());
        }
    }

    private void handshake(TcpEvent.Handshake handshake) {
        line.beginObject("handshake");
        line.positive("syn", handshake.syn());
        line.positive("synAck", handshake.synAck());
        line.positive("ack", handshake.ack());
        line.micros("rttUs", handshake.rttNs());
        options("client", handshake.client());
        options("server", handshake.server());
        line.endObject();
    }

    private void options(String name, TcpEvent.SynOptions options) {
        if (options == null) {
            return;
        }
        line.beginObject(name);
        line.known("mss", options.mss());
        line.known("windowScale", options.windowScale());
        line.flag("sackPermitted", options.sackPermitted());
        line.flag("timestamps", options.timestamps());
        line.flag("fastOpen", options.fastOpen());
        line.flag("multipath", options.multipath());
        line.endObject();
    }

    private void perSide(String name, PerSide both) {
        line.beginObject(name);
        line.number("client", both.client());
        line.number("server", both.server());
        line.endObject();
    }

    private void packet(PacketEvent event) {
        line.common(event, event instanceof PacketEvent.Icmp i ? i.stream() : Event.UNKNOWN, null);
        if (event instanceof PacketEvent.Datagram e) {
            line.text("source", e.source().toString());
            line.text("destination", e.destination().toString());
            line.number("length", e.length());
            checksum(e.checksum());
        } else if (event instanceof PacketEvent.Icmp e) {
            line.text("source", e.source());
            line.text("destination", e.destination());
            line.number("version", e.version());
            line.number("type", e.icmpType());
            line.number("code", e.code());
            line.text("name", e.name());
            line.number("length", e.length());
        } else if (event instanceof PacketEvent.Other e) {
            line.text("protocol", e.protocol());
            line.text("source", e.source());
            line.text("destination", e.destination());
            line.number("length", e.length());
            line.text("fault", e.fault());
        } else if (event instanceof PacketEvent.Origin e) {
            line.text("direction", e.direction());
            line.known("processId", e.processId());
            line.known("threadId", e.threadId());
        }
    }

    private void ws(WsEvent event) {
        if (event instanceof WsEvent.Open e) {
            line.common(e, e.stream(), null);
            line.text("target", e.target());
            line.text("origin", e.origin());
            line.text("subprotocol", e.subprotocol());
            line.text("extensions", e.extensions());
            if (e.acceptValid() != null) {
                line.flag("acceptValid", e.acceptValid());
            }
            line.positive("requestFrame", e.requestFrame());
            line.positive("responseFrame", e.responseFrame());
            if (e.midstream()) {
                line.text("start", TcpEvent.Start.MIDSTREAM.wireName());
                line.fraction("confidence", e.confidence());
            }
        } else if (event instanceof WsEvent.Refused e) {
            line.common(e, e.stream(), null);
            line.number("status", e.status());
            line.text("target", e.target());
        } else if (event instanceof WsEvent.Ping e) {
            line.common(e, e.stream(), e.from());
            line.payload(e.payload());
        } else if (event instanceof WsEvent.Pong e) {
            line.common(e, e.stream(), e.from());
            line.payload(e.payload());
            line.micros("rttUs", e.rttNs());
            line.positive("pingFrame", e.pingFrame());
        } else if (event instanceof WsEvent.Close e) {
            line.common(e, e.stream(), e.from());
            line.known("code", e.code());
            line.text("reason", e.reason());
        } else if (event instanceof WsEvent.Finding e) {
            line.common(e, e.stream(), e.from());
            line.text("level", e.level().wireName());
            line.text("rule", e.rule());
            line.text("section", e.section());
            line.text("detail", e.detail());
        } else if (event instanceof WsEvent.Resync e) {
            line.common(e, e.stream(), e.from());
            line.number("skipped", e.skipped());
            line.fraction("confidence", e.confidence());
        } else if (event instanceof WsEvent.End e) {
            line.common(e, e.stream(), null);
            line.flag("clean", e.clean());
            line.known("code", e.code());
            line.text("how", e.how().wireName());
        } else if (event instanceof WsEvent.Verdict e) {
            verdict(e);
        }
    }

    private void verdict(WsEvent.Verdict e) {
        line.common(e, e.stream(), null);
        line.beginArray("checked");
        for (String rule : e.checked()) {
            line.element(rule);
        }
        line.endArray();
        line.beginArray("broken");
        for (WsEvent.Broken broken : e.broken()) {
            line.beginObject();
            line.text("rule", broken.rule());
            line.number("count", broken.count());
            frames(broken.frames());
            line.endObject();
        }
        line.endArray();
    }

    private void frames(List<Long> frames) {
        numbers("frames", frames);
    }

    private void numbers(String name, List<Long> numbers) {
        line.beginArray(name);
        for (long number : numbers) {
            line.element(number);
        }
        line.endArray();
    }

    private void call(CallEvent e) {
        line.time("time", e.timeNs());
        line.time("endTime", e.endTimeNs());
        line.known("stream", e.stream());
        line.side("from", e.from());
        line.text("call", e.call());
        line.known("pid", e.pid());
        line.known("tid", e.tid());
        line.known("fd", e.fd());
        line.text("args", e.args());
        if (e.errno() == null && e.returned()) {
            line.number("result", e.result());
        } else {
            line.text("errno", e.errno());
        }
        line.known("offset", e.offset());
        line.known("length", e.length());
        if (!e.frames().isEmpty()) {
            frames(e.frames());
        }
        if (e.socket() != null) {
            socket(e.socket());
        }
        line.positive("id", e.id());
        if (!e.peers().isEmpty()) {
            numbers("peers", e.peers());
        }
        line.positive("uncaptured", e.uncaptured());
    }

    private void socket(CallEvent.Socket socket) {
        line.beginObject("socket");
        line.number("id", socket.id());
        line.text("transport", socket.transport().wireName());
        line.text("local", socket.local());
        line.text("peer", socket.peer());
        line.endObject();
    }

    private void latency(LatencyEvent event) {
        line.time("time", event.timeNs());
        if (event instanceof LatencyEvent.Result e) {
            result(e);
        } else if (event instanceof LatencyEvent.Round e) {
            line.number("row", e.row());
            line.number("round", e.round());
            line.number("count", e.count());
            line.number("lost", e.lost());
            line.micros("p50Us", e.p50Ns());
            line.micros("p99Us", e.p99Ns());
            line.micros("maxUs", e.maxNs());
            line.known("warmUp", e.warmUp());
            line.flag("steady", e.steady());
            line.micros("compileUs", e.compileNs());
            line.known("collections", e.collections());
            line.known("allocated", e.allocated());
        } else if (event instanceof LatencyEvent.Split e) {
            line.number("row", e.row());
            line.text("step", e.step());
            line.number("count", e.count());
            line.micros("p50Us", e.p50Ns());
            line.micros("p90Us", e.p90Ns());
            line.micros("p99Us", e.p99Ns());
            line.micros("maxUs", e.maxNs());
        } else if (event instanceof LatencyEvent.Host e) {
            line.beginObject("facts");
            e.facts().forEach(line::text);
            line.endObject();
        }
    }

    private void result(LatencyEvent.Result e) {
        line.number("row", e.row());
        line.text("tool", e.tool());
        line.text("transport", e.transport());
        line.text("mode", e.mode());
        line.text("countsFrom", e.countsFrom());
        line.number("size", e.size());
        line.known("rate", e.rate());
        line.text("waits", e.waits());
        line.text("cpus", e.cpus());
        line.text("remark", e.remark());
        line.number("rounds", e.rounds());
        line.number("count", e.count());
        line.number("lost", e.lost());
        line.known("duplicated", e.duplicated());
        line.known("reordered", e.reordered());
        line.micros("minUs", e.minNs());
        line.micros("p50Us", e.p50Ns());
        line.micros("p90Us", e.p90Ns());
        line.micros("p99Us", e.p99Ns());
        line.micros("p999Us", e.p999Ns());
        line.micros("maxUs", e.maxNs());
        line.micros("madUs", e.madNs());
        line.micros("cpuUs", e.cpuNs());
        line.micros("spreadUs", e.spreadNs());
    }
}
