package packetlab.report;

import packetlab.event.Checksum;
import packetlab.event.Event;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.report.Ladder.Tone;

/** Lines about TCP: segments, how a connection opens and ends, what is noticed in between. */
final class TcpLines {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int PSH = 8;
    private static final int ACK = 16;
    private static final int URG = 32;
    private static final int REST = 0x1C0;

    private final Ladder ladder;
    private final boolean verbose;

    TcpLines(Ladder ladder, boolean verbose) {
        this.ladder = ladder;
        this.verbose = verbose;
    }

    /** @param second how the connection opened, where the event is the segment that opened it; else null */
    void print(TcpEvent event, Event second, StreamTable.Stream stream) {
        ladder.begin(event.timeNs(), event.frame(), event.stream());
        if (event instanceof TcpEvent.Segment e) {
            segment(e, (TcpEvent.Open) second);
        } else if (event instanceof TcpEvent.Open e) {
            open(ladder.remark(), e);
            ladder.remark(Tone.PLAIN, '=');
        } else if (event instanceof TcpEvent.Finding e) {
            finding(e);
        } else if (event instanceof TcpEvent.Protocol e) {
            ladder.remark().text(e.protocol()).add(", which is not decoded");
            ladder.remark(Tone.QUIET, '~');
        } else if (event instanceof TcpEvent.Close e) {
            close(e, stream);
        }
    }

    private void segment(TcpEvent.Segment e, TcpEvent.Open open) {
        if (e.ackRttNs() != Event.UNKNOWN && open == null && e.options() == null) {
            ladder.margin().duration(e.ackRttNs());
        }
        Cell label = ladder.label();
        flag(label, e, SYN, "SYN");
        flag(label, e, FIN, "FIN");
        flag(label, e, RST, "RST");
        flag(label, e, PSH, "PSH");
        flag(label, e, ACK, "ACK");
        flag(label, e, URG, "URG");
        if ((e.flags() & REST) != 0) {
            flag(label, e, 0x40, "ECE");
            flag(label, e, 0x80, "CWR");
            flag(label, e, 0x100, "NS");
        }
        if (label.isEmpty()) {
            label.add("no flags");
        }
        if (e.length() > 0) {
            label.add(" ").number(e.length());
        }
        Cell detail = ladder.detail();
        if (open != null) {
            open(detail, open);
        } else if (e.options() != null) {
            options(detail, e.options());
        } else if (verbose) {
            detail.add("seq ").number(e.sequence());
            if (e.acknowledged() != Event.UNKNOWN) {
                detail.add(" ack ").number(e.acknowledged());
            }
            if (e.window() != Event.UNKNOWN) {
                detail.add(" win ").number(e.window());
            }
            if (e.checksum() == Checksum.BAD) {
                detail.add(" bad checksum");
            }
        }
        ladder.arrow(e.from(), false);
    }

    private static void flag(Cell label, TcpEvent.Segment e, int bit, String name) {
        if ((e.flags() & bit) != 0) {
            label.add(label.isEmpty() ? "" : ",").add(name);
        }
    }

    private static void options(Cell cell, TcpEvent.SynOptions options) {
        if (options.mss() != Event.UNKNOWN) {
            cell.part().add("mss ").plain(options.mss());
        }
        if (options.windowScale() != Event.UNKNOWN) {
            cell.part().add("wscale ").plain(options.windowScale());
        }
        if (options.sackPermitted()) {
            cell.part().add("sack");
        }
        if (options.timestamps()) {
            cell.part().add("ts");
        }
        if (options.fastOpen()) {
            cell.part().add("fast open");
        }
        if (options.multipath()) {
            cell.part().add("mptcp");
        }
    }

    private static void open(Cell cell, TcpEvent.Open e) {
        cell.add(switch (e.start()) {
            case HANDSHAKE -> "open";
            case MIDSTREAM -> "open already when the capture begins";
            case SIMULTANEOUS -> "open, both sides at once";
            case FASTOPEN -> "open, with data in the SYN";
        });
        if (e.handshake() != null && e.handshake().rttNs() != Event.UNKNOWN) {
            cell.part().add("rtt ").duration(e.handshake().rttNs());
        }
    }

    private void finding(TcpEvent.Finding e) {
        Cell remark = ladder.remark().add(e.kind().wireName());
        remark.add(" from the ").add(e.from().wireName());
        if (e.detail() != null) {
            remark.add(": ").text(e.detail());
        }
        ladder.remark(Tone.QUIET, '~');
    }

    private void close(TcpEvent.Close e, StreamTable.Stream stream) {
        Cell words = ladder.remark();
        words.add(switch (e.how()) {
            case FIN -> "closed";
            case RESET -> "reset";
            case OPEN -> "still open when the capture ends";
        });
        boolean unclean = false;
        if (stream.end != null) {
            unclean = !stream.end.clean() && e.how() != TcpEvent.How.OPEN;
            webSocketEnd(words.part(), stream.end, e.how());
        }
        if (stream.webSocket) {
            perSide(words.part(), stream.messages(Side.CLIENT), stream.messages(Side.SERVER), "message", "messages");
        } else {
            perSide(words.part(), e.bytes().client(), e.bytes().server(), "byte", "data");
        }
        PerSide lost = e.lostBytes();
        if (lost.total() > 0) {
            words.part().count(lost.total(), "byte").add(" never captured");
        }
        ladder.remark(unclean || lost.total() > 0 ? Tone.NOTE : Tone.PLAIN, '=');
    }

    private static void webSocketEnd(Cell words, WsEvent.End end, TcpEvent.How how) {
        if (end.clean()) {
            words.add("WebSocket closed with ").plain(end.code());
        } else if (how == TcpEvent.How.OPEN) {
            words.add("WebSocket open");
        } else {
            words.add("no closing handshake");
            if (end.code() != Event.UNKNOWN) {
                words.add(" (").plain(end.code()).add(")");
            }
        }
    }

    private static void perSide(Cell words, long client, long server, String unit, String none) {
        if (client == server) {
            if (client == 0) {
                words.add("no ").add(none);
            } else {
                words.count(client, unit).add(" each way");
            }
        } else {
            words.count(client, unit).add(" from the client, ").number(server).add(" from the server");
        }
    }
}
