package packetlab.message;

import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent.How;
import packetlab.event.WsEvent;
import packetlab.message.Compression.Kind;

/** A WebSocket on one connection: what both sides agreed on, and what can only be judged with both in view. */
final class WebSocket {
    private static final int ALL_RSV = 7;
    private static final int RSV1 = 4;
    private static final int NO_CLOSE = 1006;

    private final Connection connection;
    private final Compression compression;
    private final int meaningfulRsv;
    private final boolean midstream;
    private final Side clientSide;
    private final WebSocketSide client;
    private final WebSocketSide server;
    /** Packets of the FINs, or 0. */
    private long finOfClient;
    private long finOfServer;
    private long brokenByClient;
    private long brokenByServer;
    /** Of what the messages carry; null for nobody. */
    private MessageReader reader;

    /**
     * @param unknownExtensions whether extensions were agreed on that are not known here: RSV bits may mean anything
     * @param midstream         the 101 was not captured: what it agreed on is not known
     * @param clientSide        which side is WebSocket's client, if that is known; else null. It is the one that opened
     *                          the connection, but where that was not captured its name here may be the other
     */
    WebSocket(Connection connection, Compression compression, boolean unknownExtensions, boolean midstream,
              Side clientSide) {
        this.connection = connection;
        this.compression = compression;
        this.midstream = midstream;
        meaningfulRsv = unknownExtensions || compression.kind() == Kind.ASSUMED ? ALL_RSV
                : compression.kind() == Kind.NONE ? 0 : RSV1;
        client = new WebSocketSide(connection, this, Side.CLIENT);
        server = new WebSocketSide(connection, this, Side.SERVER);
        this.clientSide = clientSide;
        agree(client, Side.CLIENT);
        agree(server, Side.SERVER);
    }

    private void agree(WebSocketSide side, Side name) {
        Kind kind = meaningfulRsv == ALL_RSV ? Kind.NONE : compression.kind();
        side.rules().negotiated(meaningfulRsv, kind == Kind.PER_MESSAGE, kind == Kind.PER_FRAME);
        side.rules().judgeMasking(clientSide != null, clientSide == name);
    }

    /** Which side is WebSocket's client; null where that is not known. */
    Side clientSide() {
        return clientSide;
    }

    /** Who reads the messages, too. To be called before any comes. */
    void readBy(MessageReader messages) {
        reader = messages;
    }

    /** Who reads the messages; null for nobody. */
    MessageReader reader() {
        return reader;
    }

    WebSocketSide side(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** RSV bits that decoding understands. */
    int understoodRsv() {
        return compression.kind() == Kind.NONE ? 0 : RSV1;
    }

    /** RSV bits to which an extension may have given a meaning. */
    int meaningfulRsv() {
        return meaningfulRsv;
    }

    boolean rsv1PerFrame() {
        return compression.kind() == Kind.PER_FRAME;
    }

    MessageInflater newInflater(Side sender) {
        MessageDecoder decoder = connection.decoder;
        Side role = clientSide == null || clientSide == Side.CLIENT ? sender : sender.other();
        return new MessageInflater(decoder.inflaters, decoder.limits, decoder.inflated, compression.takeover(role),
                compression.windowBits(role), !midstream && !side(sender).missed());
    }

    void checked(WsRule rule) {
        connection.verdict().checked(rule.bit());
    }

    /** Whether every ping of that side was seen, so that a pong that answers none is unsolicited. */
    boolean knowsPingsOf(Side side) {
        WebSocketSide sender = side(side);
        return !midstream && !sender.missed() && (sender.pings() == null || sender.pings().complete());
    }

    void broke(Side from, WsRule rule) {
        if (from == Side.CLIENT) {
            brokenByClient |= rule.bit();
        } else {
            brokenByServer |= rule.bit();
        }
    }

    /** The header that {@code f} has read breaks those rules. */
    void frameBroke(Side from, FrameParser f, long broken) {
        for (long rest = broken; rest != 0; rest &= rest - 1) {
            WsRule rule = WsRule.first(rest);
            if (connection.broken(from, rule)) {
                connection.tell(from, rule, detail(rule, f));
            }
        }
    }

    private static String detail(WsRule rule, FrameParser f) {
        String frame = Opcode.name(f.opcode()) + " frame of " + Long.toUnsignedString(f.length()) + " octets";
        switch (rule) {
            case RESERVED_BITS:
                return "RSV " + f.rsv() + " on a " + frame;
            case RESERVED_OPCODE:
                return "opcode " + f.opcode();
            case MASK_REPEATED:
                return "the key is 0x" + hex(f.maskKey()) + " again";
            default:
                return frame;
        }
    }

    /** A masking key in the order of its octets on the wire. */
    private static String hex(int key) {
        String digits = Integer.toHexString(Integer.reverseBytes(key));
        return "0".repeat(8 - digits.length()) + digits;
    }

    void closeBroke(Side from, int code, long broken) {
        for (long rest = broken; rest != 0; rest &= rest - 1) {
            WsRule rule = WsRule.first(rest);
            if (connection.broken(from, rule)) {
                connection.tell(from, rule, rule == WsRule.CLOSE_CODE ? "code " + code : null);
            }
        }
    }

    void fin(Side from) {
        side(from).incomplete();
        if (from == Side.CLIENT && finOfClient == 0) {
            finOfClient = connection.packet;
        } else if (from == Side.SERVER && finOfServer == 0) {
            finOfServer = connection.packet;
        }
    }

    /** The connection is over. */
    void end(How how) {
        client.incomplete();
        server.incomplete();
        if (how != How.OPEN) {
            judgeEnd(how);
        }
        connection.verdict().checked(client.rules().checked() | server.rules().checked());
        if (connection.decoder.wantsEnd) {
            connection.emit(new WsEvent.End(connection.timeNs, connection.packet, connection.stream(),
                    client.closePacket() > 0 && server.closePacket() > 0, endCode(), how));
        }
        client.release();
        server.release();
    }

    private int endCode() {
        WebSocketSide first = closedFirst();
        return first == null ? NO_CLOSE : first.closeCode();
    }

    private WebSocketSide closedFirst() {
        long c = client.closePacket();
        long s = server.closePacket();
        return c == 0 && s == 0 ? null : s == 0 || c > 0 && c <= s ? client : server;
    }

    private void judgeEnd(How how) {
        WebSocketSide first = closedFirst();
        if (first == null) {
            judgeEndWithoutClose(how);
            return;
        }
        Side closer = first == client ? Side.CLIENT : Side.SERVER;
        Side other = closer.other();
        WebSocketSide answerer = side(other);
        long otherFin = other == Side.CLIENT ? finOfClient : finOfServer;
        if (answerer.closePacket() > 0) {
            checked(WsRule.CLOSE_ANSWERED);
            checked(WsRule.ENDED_WITH_CLOSE);
            judgePings(closer);
        } else if (otherFin > first.closePacket() && mayBeJudged(other)) {
            checked(WsRule.CLOSE_ANSWERED);
            if (connection.broken(other, WsRule.CLOSE_ANSWERED)) {
                connection.tell(other, WsRule.CLOSE_ANSWERED, "the Close frame of packet " + first.closePacket());
            }
        }
    }

    /**
     * Whether how that side ended can be judged: not behind a hole, which may have held its Close frame, and not where
     * a side broke a rule and the other fails the connection (section 7.1.7), since neither has to listen then.
     */
    private boolean mayBeJudged(Side side) {
        return !side(side).missed() && WsRule.violations(brokenByClient | brokenByServer) == 0;
    }

    private void judgeEndWithoutClose(How how) {
        long c = finOfClient;
        long s = finOfServer;
        Side first = c == 0 && s == 0 ? null : s == 0 || c > 0 && c <= s ? Side.CLIENT : Side.SERVER;
        boolean judged = first != null ? mayBeJudged(first) && !side(first.other()).missed()
                : mayBeJudged(Side.CLIENT) && mayBeJudged(Side.SERVER);
        if (!judged) {
            return;
        }
        checked(WsRule.ENDED_WITH_CLOSE);
        if (connection.broken(first, WsRule.ENDED_WITH_CLOSE)) {
            connection.tell(first, WsRule.ENDED_WITH_CLOSE, how == How.RESET ? "the connection was reset" : null);
        }
    }

    /** A ping of the side that closed first was there before its Close frame was: it is due an answer. */
    private void judgePings(Side closer) {
        Pings sent = side(closer).pings();
        if (sent == null || midstream || side(closer.other()).missed() || !mayBeJudged(closer.other())) {
            return;
        }
        checked(WsRule.PING_ANSWERED);
        if (sent.waiting() && sent.lastPacket() < side(closer).closePacket()
                && connection.broken(closer.other(), WsRule.PING_ANSWERED)) {
            connection.tell(closer.other(), WsRule.PING_ANSWERED, "the ping of packet " + sent.lastPacket());
        }
    }

    /** Opens: told once, when it is known. */
    void tellOpen(HttpHead request, long requestPacket, HttpHead response, Boolean acceptValid, double confidence) {
        MessageCounters counters = connection.decoder.counters;
        counters.webSockets++;
        counters.webSocketsMidstream += midstream ? 1 : 0;
        counters.webSocketsOpen++;
        if (!connection.decoder.wantsOpen) {
            return;
        }
        connection.emit(new WsEvent.Open(connection.timeNs, connection.packet, connection.stream(),
                request == null ? null : request.target(),
                request == null ? null : request.value(HttpHead.Field.ORIGIN),
                response == null ? null : response.list(HttpHead.Field.PROTOCOL),
                response == null ? null : response.list(HttpHead.Field.EXTENSIONS), acceptValid,
                request == null ? Event.UNKNOWN : requestPacket,
                response == null ? Event.UNKNOWN : connection.packet, midstream, confidence));
    }
}
