package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.WebEvent;

/**
 * Engine.IO packets (protocol versions 3 and 4) on one WebSocket, or in one request by polling and its answer. The session
 * that they belong to is found by its sid, so that both halves of one are read as one.
 */
final class EngineReader implements MessageReader {
    static final int OPEN = 0, MESSAGE = 4, UPGRADE = 5;
    private static final EventType[] TYPES = {EventType.ENGINEIO_OPEN, EventType.ENGINEIO_CLOSE, EventType.ENGINEIO_PING,
        EventType.ENGINEIO_PONG, EventType.ENGINEIO_MESSAGE, EventType.ENGINEIO_UPGRADE, EventType.ENGINEIO_NOOP};

    private final Connection connection;
    private final MessageDecoder decoder;
    private final WebRequest request;
    private final Side client;
    /** Null before it is known which it is. */
    private EngineSession session;
    /** What comes is not Engine.IO: nothing of it is told. */
    private boolean dead;

    EngineReader(Connection connection, WebRequest request, Side client) {
        this.connection = connection;
        this.request = request;
        this.client = client;
        decoder = connection.decoder;
    }

    /** Reads the content of a request or an answer. */
    ContentReader polled(Side from) {
        return new WholeContent(connection, from, new WholeContent.Sink() {
            @Override
            public void content(byte[] a, int n) {
                EngineReader.this.content(from, a, n);
            }

            @Override
            public void lost() {
                EngineReader.this.lost(from);
            }
        });
    }

    private void content(Side from, byte[] a, int n) {
        if (n == 0) {
            return;
        }
        byte[] payload = a;
        int length = n;
        if (request.script) {
            payload = from == client ? posted(a, n) : called(a, n);
            length = payload == null ? 0 : payload.length;
        }
        boolean packets = payload != null && EnginePackets.split(request.version, payload, 0, length,
                (type, array, data, end, binary, wireLength) -> packet(from, type, array, data, end - data, end - data,
                        binary, wireLength));
        if (!packets && request.session != null && decoder.web.engine(request, request.session, false) != null) {
            connection.oddity("holds no Engine.IO packets, as its URL announces");
        }
    }

    /** A form with the packets in {@code d}, in which a line's end was written as backslash and n, that as two and n. */
    private static byte[] posted(byte[] a, int n) {
        if (n < 2 || a[0] != 'd' || a[1] != '=') {
            return null;
        }
        byte[] form = FormValue.decode(a, 2, n);
        int to = 0;
        for (int at = 0; at < form.length; at++) {
            boolean escape = form[at] == '\\' && at + 1 < form.length;
            if (escape && form[at + 1] == 'n') {
                form[to++] = '\n';
                at++;
            } else if (escape && form[at + 1] == '\\' && at + 2 < form.length && form[at + 2] == 'n') {
                form[to++] = '\\';
                form[to++] = 'n';
                at += 2;
            } else {
                form[to++] = form[at];
            }
        }
        return Arrays.copyOf(form, to);
    }

    /** The packets as the string that a function is called with, such as {@code ___eio[0]("...");}. */
    private static byte[] called(byte[] a, int n) {
        int at = 0;
        while (at < n && a[at] != '(') {
            at++;
        }
        int stop = at + 1 < n && a[at + 1] == '"' ? Json.string(a, at + 1, n) : Json.INVALID;
        return stop < 0 || stop == n || a[stop] != ')' ? null
                : Json.text(a, at + 1, stop, n).text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void message(Side from, int opcode, byte[] a, int at, int n, long length) {
        if (dead) {
            return;
        }
        boolean binary = opcode == Opcode.BINARY;
        boolean typed = !binary || request.version == 3;
        if (typed && (n == 0 || !EnginePackets.isType(a[at], binary ? 0 : '0')) || binary && session == null) {
            broken();
            return;
        }
        int type = !typed ? MESSAGE : binary ? a[at] : a[at] - '0';
        int skip = typed ? 1 : 0;
        packet(from, type, a, at + skip, n - skip, length - skip, binary, length);
    }

    private void broken() {
        if (session != null && session.fromStart) {
            connection.oddity("holds no Engine.IO packet, as the WebSocket's URL announces");
        }
        dead |= session == null;
    }

    /** @param n octets of its data that are there, of {@code length} */
    private void packet(Side from, int type, byte[] a, int at, int n, long length, boolean binary, long wireLength) {
        if (!findSession(from, type, a, at, n, binary)) {
            dead = true;
            return;
        }
        decoder.counters.engineIoPackets[from.ordinal()]++;
        if (type == UPGRADE) {
            decoder.counters.engineIoUpgrades++;
        }
        if (decoder.wantsEngineIo) {
            int shown = Math.min(n, decoder.shown);
            connection.emit(new WebEvent.EngineIo(TYPES[type], connection.timeNs, connection.packet, connection.stream(),
                    from, session.sid, session.version, request.transport, length, wireLength, binary,
                    length == 0 ? null : Arrays.copyOfRange(a, at, at + shown), shown < length));
        }
        if (type == MESSAGE) {
            decoder.web.socketIo.message(connection, from, session, request, binary, a, at, n, length);
        }
    }

    private boolean findSession(Side from, int type, byte[] a, int at, int n, boolean binary) {
        if (session != null) {
            return true;
        }
        if (request.session != null) {
            session = decoder.web.engine(request, request.session, true);
            return true;
        }
        if (from == client || type != OPEN || binary) {
            return false;
        }
        String sid = sid(a, at, at + n);
        session = sid == null ? null : decoder.web.beginEngine(request, sid);
        return session != null;
    }

    /** The sid that an open packet gives. */
    private String sid(byte[] a, int from, int end) {
        if (Json.whole(a, from, end, decoder.limits.jsonDepth()) < 0 || a[Json.space(a, from, end)] != '{') {
            return null;
        }
        int value = Json.member(a, from, end, "sid");
        if (value < 0 || a[value] != '"') {
            return null;
        }
        Json.Text text = Json.text(a, value, Json.string(a, value, end), WebDecoder.LONGEST_SID);
        return text.cut || text.text.isEmpty() ? null : text.text;
    }

    @Override
    public void lost(Side from) {
        EngineSession its = session != null || request.session == null ? session
                : decoder.web.engine(request, request.session, false);
        if (its != null) {
            its.side(from).forget(decoder.buffers);
        }
    }
}
