package packetlab.report;

import java.io.Closeable;
import java.io.OutputStream;
import java.util.Map;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.WsEvent.Level;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.message.WsRule;

/**
 * What a capture came to, in a line or a few: packets and drops, where there was a WebSocket, frames and rules, and what
 * libraries framed inside.
 * Every number was counted; of what was not, nothing is said.
 */
public final class Summary implements Closeable {
    /**
     * What the packets were that belong to no connection, and what is missing of those that do.
     *
     * @param datagrams    of UDP
     * @param ipFragments  those that completed no datagram
     * @param unknown      of protocols that are not decoded
     * @param cut          too short in the capture for their headers to be read
     * @param missingBytes octets of connections that were never captured
     */
    public record Packets(long datagrams, long icmpMessages, long ipFragments, long unknown, long cut, long malformed,
                          long missingBytes) {
        static final Packets NONE = new Packets(0, 0, 0, 0, 0, 0, 0);

        private static Packets of(Decoder decoder) {
            return new Packets(decoder.datagrams(), decoder.icmpMessages(), decoder.ipFragments(), decoder.others(),
                    decoder.cut(), decoder.malformed(), decoder.tcp().lostBytes());
        }
    }

    /**
     * What libraries framed inside HTTP and WebSocket.
     *
     * @param sockJs   messages by transport
     * @param upgrades sessions of Engine.IO that changed to WebSocket
     */
    public record Web(long serverSentEvents, long sockJsSessions, Map<String, Long> sockJs, long engineIoSessions,
                      long upgrades, long engineIoPackets, long socketIoEvents, long socketIoAcks) {
        static final Web NONE = new Web(0, 0, Map.of(), 0, 0, 0, 0, 0);

        private static Web of(MessageCounters counters) {
            return new Web(counters.sseEvents(), counters.sockJsSessions(), counters.sockJsMessages(),
                    counters.engineIoSessions(), counters.engineIoUpgrades(), counters.engineIoPackets().total(),
                    counters.socketIoEvents().total(), counters.socketIoAcks().total());
        }
    }

    /**
     * The figures beside those of the last event.
     *
     * @param connectionsOther recognised, but not decoded (TLS, HTTP/2)
     * @param refused          upgrades that were answered with anything but 101
     * @param checked          rules that there was occasion to check, as a set of {@link WsRule#bit}
     * @param broken           those of them that were broken, likewise
     * @param violations       how often rules were broken that must not be
     * @param notes            how often something was legal but suspicious
     */
    public record Figures(Packets packets, long connectionsOther, long webSockets, long refused, long frames,
                          long incompleteFrames, long messages, long undecodableMessages, long skippedBytes,
                          long checked, long broken, long violations, long notes, Web web) {
        Figures(Packets packets, long connectionsOther, long webSockets, long refused, long frames, long incompleteFrames,
                long messages, long undecodableMessages, long skippedBytes, long checked, long broken, long violations,
                long notes) {
            this(packets, connectionsOther, webSockets, refused, frames, incompleteFrames, messages, undecodableMessages,
                    skippedBytes, checked, broken, violations, notes, Web.NONE);
        }

        public static Figures of(MessageCounters counters, Decoder decoder) {
            long broken = 0;
            for (WsRule rule : WsRule.values()) {
                broken |= counters.broken(rule) > 0 ? rule.bit() : 0;
            }
            return new Figures(Packets.of(decoder), counters.tlsConnections() + counters.http2Connections(),
                    counters.webSockets(), counters.refused(), counters.frames().total(),
                    counters.incompleteFrames().total(), counters.messages().total(), counters.undecodableMessages(),
                    counters.skippedBytes(), counters.rulesChecked(), broken, counters.broken(Level.VIOLATION),
                    counters.broken(Level.NOTE), Web.of(counters));
        }
    }

    private final ByteSink out;
    private final Lines lines;

    /** @param target taken over: closed with this */
    public Summary(OutputStream target, int columns, boolean unicode) {
        this.out = new ByteSink(target, 4096);
        this.lines = new Lines(out, columns, unicode ? Glyphs.UNICODE : Glyphs.ASCII);
    }

    public void print(CaptureEvent.End end, Figures figures) {
        print(lines, end, figures);
        out.flush();
    }

    static void print(Lines lines, CaptureEvent.End end, Figures figures) {
        Packets rest = figures.packets();
        lines.begin(2);
        if (end.streams() > 0 || rest.datagrams() == 0) {
            lines.part().count(end.streams(), "connection");
        }
        some(lines, figures.connectionsOther(), "not decoded");
        if (rest.datagrams() > 0) {
            lines.part().count(rest.datagrams(), "datagram");
        }
        some(lines, rest.icmpMessages(), "of ICMP");
        lines.part().count(end.packets(), "packet");
        some(lines, rest.ipFragments(), rest.ipFragments() == 1 ? "IP fragment" : "IP fragments");
        some(lines, rest.unknown(), "of other protocols");
        some(lines, rest.cut(), "cut too short to read");
        some(lines, rest.malformed(), "malformed");
        lines.part().count(end.bytes(), "byte");
        some(lines, rest.missingBytes(), "never captured");
        if (end.dropped() != Event.UNKNOWN) {
            lines.part().number(end.dropped()).add(" dropped by the kernel");
        }
        lines.end();
        if (end.leftOut() > 0) {
            lines.begin(2);
            lines.part().number(end.leftOut()).add(" of these packets are not shown: not the command's, or not asked for");
            lines.end();
        }
        webSockets(lines, figures);
        web(lines, figures.web());
    }

    private static void web(Lines lines, Web web) {
        if (web.serverSentEvents() == 0 && web.sockJsSessions() == 0 && web.engineIoSessions() == 0) {
            return;
        }
        lines.begin(2);
        if (web.serverSentEvents() > 0) {
            lines.part().count(web.serverSentEvents(), "server-sent event");
        }
        if (web.sockJsSessions() > 0) {
            lines.part().count(web.sockJsSessions(), "SockJS session");
            web.sockJs().forEach((transport, count) -> lines.part().count(count, "message").add(" by ").text(transport));
        }
        if (web.engineIoSessions() > 0) {
            lines.part().count(web.engineIoSessions(), "Engine.IO session");
            some(lines, web.upgrades(), "upgraded");
            lines.part().count(web.engineIoPackets(), "Engine.IO packet");
            if (web.socketIoEvents() > 0) {
                lines.part().count(web.socketIoEvents(), "Socket.IO event");
            }
            if (web.socketIoAcks() > 0) {
                lines.part().count(web.socketIoAcks(), "acknowledgement");
            }
        }
        lines.end();
    }

    private static void webSockets(Lines lines, Figures figures) {
        if (figures.webSockets() == 0 && figures.refused() == 0) {
            return;
        }
        lines.begin(2);
        lines.part().count(figures.webSockets(), "WebSocket");
        some(lines, figures.refused(), "refused");
        if (figures.webSockets() > 0) {
            lines.part().count(figures.frames(), "frame");
            some(lines, figures.incompleteFrames(), "incomplete");
            lines.part().count(figures.messages(), "message");
            some(lines, figures.undecodableMessages(), "unreadable");
        }
        if (figures.skippedBytes() > 0) {
            lines.part().count(figures.skippedBytes(), "byte").add(" skipped");
        }
        rules(lines, figures);
        lines.end();
    }

    private static void some(Lines lines, long count, String what) {
        if (count > 0) {
            lines.part().number(count).add(" ").add(what);
        }
    }

    private static void rules(Lines lines, Figures figures) {
        long checked = WsRule.violations(figures.checked());
        long broken = Long.bitCount(WsRule.violations(figures.broken()));
        if (checked != 0) {
            boolean deflate = WsRule.list(checked).stream().anyMatch(r -> r.section().startsWith("RFC 7692"));
            String rfcs = deflate ? "RFC 6455 and 7692" : "RFC 6455";
            int count = Long.bitCount(checked);
            if (broken == 0) {
                lines.part().add(count == 1 ? "the one checked rule of " : "all ").add(count == 1 ? "" : count + "")
                        .add(count == 1 ? "" : " checked rules of ").add(rfcs).add(" kept");
            } else {
                lines.part().number(broken).add(" of ").count(count, "checked rule").add(" of ").add(rfcs)
                        .add(" broken");
                if (figures.violations() > broken) {
                    lines.add(", ").count(figures.violations(), "time").add(" in all");
                }
            }
        }
        if (figures.notes() > 0) {
            lines.part().count(figures.notes(), "note");
        }
    }

    @Override
    public void close() {
        out.close();
    }
}
