package packetlab.message;

import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.WebEvent;

/**
 * SockJS frames on one transport of one session (sockjs-protocol 0.3.3): the server's are a letter and JSON, the client's a
 * JSON array of strings. On a connection whose URL alone does not make certain that it is SockJS nothing is told before
 * the server's first frame has said so.
 */
final class SockJsReader implements MessageReader, LineContent.Sink, SseReader.Sink {
    private static final int SHORTEST_PRELUDE = 2;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final WebRequest request;
    private final SockJsSession session;
    /** Who sends what this reads; of a WebSocket both do. */
    private final Side client;
    /** Octets of a script element before the line in hand. */
    private int scriptLength;
    private boolean anyLine;

    SockJsReader(Connection connection, WebRequest request, SockJsSession session, Side client) {
        this.connection = connection;
        this.request = request;
        this.session = session;
        this.client = client;
        decoder = connection.decoder;
    }

    /** Reads what the client posts. */
    ContentReader posted() {
        return new WholeContent(connection, client, new WholeContent.Sink() {
            @Override
            public void content(byte[] a, int n) {
                if (request.transport.equals("jsonp_send") && n > 1 && a[0] == 'd' && a[1] == '=') {
                    byte[] form = FormValue.decode(a, 2, n);
                    fromClient(form, 0, form.length, n);
                } else {
                    fromClient(a, 0, n, n);
                }
            }

            @Override
            public void lost() {}
        });
    }

    /** Reads what the server answers; null for nothing that is SockJS. */
    ContentReader answered() {
        Side server = client.other();
        switch (request.transport) {
            case "xhr":
            case "xhr_streaming":
            case "htmlfile":
                return new LineContent(connection, server, this);
            case "eventsource":
                return new SseReader(connection, server, this);
            case "jsonp":
                return new WholeContent(connection, server, new WholeContent.Sink() {
                    @Override
                    public void content(byte[] a, int n) {
                        script(a, 0, n, n);
                    }

                    @Override
                    public void lost() {}
                });
            default:
                return null;
        }
    }

    @Override
    public void message(Side from, int opcode, byte[] a, int at, int n, long length) {
        if (opcode != Opcode.TEXT || n < length) {
            return;
        }
        if (from == client) {
            fromClient(a, at, at + n, n);
        } else {
            fromServer(a, at, at + n, n);
        }
    }

    @Override
    public void line(byte[] a, int at, int n, int wireLength) {
        if (!request.transport.equals("htmlfile")) {
            boolean prelude = !anyLine && n >= SHORTEST_PRELUDE && a[at] == 'h';
            anyLine = true;
            if (!prelude && n > 0) {
                fromServer(a, at, at + n, wireLength);
            }
        } else if (n == 8 && new String(a, at, n, StandardCharsets.ISO_8859_1).equals("<script>")) {
            scriptLength = wireLength;
        } else if (scriptLength > 0) {
            if (n > 0 && a[at] == 'p') {
                script(a, at, at + n, scriptLength + wireLength);
            }
            scriptLength = 0;
        }
    }

    @Override
    public void event(byte[] data, int length, boolean cut, long wireLength) {
        if (!cut) {
            fromServer(data, 0, length, wireLength);
        }
    }

    @Override
    public void lost() {}

    @Override
    public void gap() {}

    @Override
    public void lost(Side from) {}

    /** A frame as the string that a function is called with. */
    private void script(byte[] a, int from, int end, long wireLength) {
        int at = from;
        while (at < end && a[at] != '(') {
            at++;
        }
        at++;
        int stop = at < end && a[at] == '"' ? Json.string(a, at, end) : Json.INVALID;
        if (stop < 0 || stop == end || a[stop] != ')') {
            broken("no SockJS frame");
            return;
        }
        byte[] frame = Json.text(a, at, stop, stop - at).text.getBytes(StandardCharsets.UTF_8);
        fromServer(frame, 0, frame.length, wireLength);
    }

    private void fromServer(byte[] a, int from, int end, long wireLength) {
        int end2 = end;
        while (end2 > from && (a[end2 - 1] == '\n' || a[end2 - 1] == '\r')) {
            end2--;
        }
        int n = end2 - from;
        if (n == 0) {
            return;
        }
        boolean opens = n == 1 && a[from] == 'o';
        if (!request.certain && !session.known && !opens) {
            return;
        }
        switch (a[from]) {
            case 'o':
                if (!opens) {
                    broken("no SockJS frame");
                    return;
                }
                confirmed();
                tell(EventType.SOCKJS_OPEN, client.other(), wireLength);
                break;
            case 'h':
                if (n != 1) {
                    broken("no SockJS frame");
                    return;
                }
                confirmed();
                tell(EventType.SOCKJS_HEARTBEAT, client.other(), wireLength);
                break;
            case 'a':
            case 'm':
                messages(client.other(), a, from, from + 1, end2, wireLength);
                break;
            case 'c':
                close(a, from + 1, end2, wireLength);
                break;
            default:
                broken("no SockJS frame");
                break;
        }
    }

    private void fromClient(byte[] a, int from, int end, long wireLength) {
        if (from == end || !request.certain && !session.known) {
            return;
        }
        messages(client, a, from, from, end, wireLength);
    }

    /**
     * The strings of an array, or one string.
     *
     * @param frame where the frame begins of which they are
     */
    private void messages(Side sender, byte[] a, int frame, int from, int end, long wireLength) {
        int depth = decoder.limits.jsonDepth();
        int stop = Json.whole(a, from, end, depth);
        int at = Json.space(a, from, end);
        if (stop < 0 || a[at] != '[' && a[at] != '"') {
            if (stop == Json.TOO_DEEP) {
                connection.limit(sender, MessageLimits.Name.JSON_DEPTH);
            }
            broken("a SockJS frame whose JSON is broken");
            return;
        }
        if (a[at] == '"') {
            confirmed();
            message(sender, a, at, stop, wireLength);
            return;
        }
        at = Json.space(a, at + 1, stop);
        long told = 0;
        int before = frame;
        while (a[at] != ']') {
            int next = Json.value(a, at, stop, depth);
            int behind = Json.space(a, next, stop);
            boolean more = a[behind] == ',';
            // What the frame takes beyond its octets here (a line's end, the escapes of a script) goes to the last.
            long wire = more ? next - before : wireLength - told;
            confirmed();
            message(sender, a, at, next, wire);
            told += wire;
            before = next;
            at = more ? Json.space(a, behind + 1, stop) : behind;
        }
    }

    private void message(Side sender, byte[] a, int from, int end, long wireLength) {
        decoder.counters.sockJsMessage(sender, request.transport);
        if (!decoder.wantsSockJs) {
            return;
        }
        String data;
        long length;
        boolean cut;
        if (a[from] == '"') {
            Json.Text text = Json.text(a, from, end, decoder.shown);
            data = text.text;
            length = text.length;
            cut = text.cut;
        } else {
            // Not a string, as it should be: shown as it is.
            length = end - from;
            cut = length > decoder.shown;
            data = new String(a, from, cut ? decoder.shown : end - from, StandardCharsets.UTF_8);
        }
        emit(EventType.SOCKJS_MESSAGE, sender, (int) Event.UNKNOWN, null, length, wireLength, data, cut);
    }

    private void close(byte[] a, int from, int end, long wireLength) {
        int stop = Json.whole(a, from, end, 1);
        int at = Json.space(a, from, end);
        int number = stop < 0 || a[at] != '[' ? stop : Json.space(a, at + 1, stop);
        int digits = number < 0 ? 0 : Json.digits(a, number, stop);
        if (number < 0 || digits == number || digits - number > 9) {
            broken("a SockJS close frame whose JSON is broken");
            return;
        }
        int comma = Json.space(a, digits, stop);
        String reason = null;
        if (a[comma] == ',') {
            int text = Json.space(a, comma + 1, stop);
            if (a[text] == '"') {
                reason = Json.text(a, text, Json.string(a, text, stop), decoder.shown).text;
            }
        }
        confirmed();
        int code = 0;
        for (int i = number; i < digits; i++) {
            code = code * 10 + a[i] - '0';
        }
        emit(EventType.SOCKJS_CLOSE, client.other(), code, reason, 0, wireLength, null, false);
    }

    private void confirmed() {
        if (!session.known) {
            session.known = true;
            decoder.counters.sockJsSessions++;
        }
    }

    private void tell(EventType type, Side from, long wireLength) {
        emit(type, from, (int) Event.UNKNOWN, null, 0, wireLength, null, false);
    }

    private void emit(EventType type, Side from, int code, String reason, long length, long wireLength, String data,
                      boolean cut) {
        if (decoder.wantsSockJs) {
            connection.emit(new WebEvent.SockJs(type, connection.timeNs, connection.packet, connection.stream(), from,
                    request.session, request.transport, code, reason, length, wireLength, data, cut));
        }
    }

    /** Told of what is known to be SockJS only. */
    private void broken(String what) {
        if (session.known) {
            connection.oddity("holds " + what);
        }
    }
}
