package packetlab.message;

import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WebEvent;

/**
 * A stream of server-sent events, WHATWG HTML sections 9.2.5 and 9.2.6, resumable at any octet. What a browser would
 * dispatch is told, at the end of its empty line; what stands behind the last of these is not.
 */
final class SseReader implements ContentReader {
    /** Who else reads the data of each event. */
    interface Sink {
        /** All of it, or where it is longer than the limit for a message of this kind {@code cut}. */
        void event(byte[] data, int length, boolean cut, long wireLength);

        void gap();
    }

    private enum State { NAME, AFTER_COLON, VALUE, COMMENT }

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int LONGEST_NAME = 5;
    /** Octets of an ID, which is remembered as long as the stream lasts; of a longer one these are told. */
    private static final int LONGEST_ID = 1024;
    private static final String[] NAMES = {"data", "event", "id", "retry"};
    private static final int DATA = 0, EVENT = 1, ID = 2, RETRY = 3, OTHER = 4;

    private final Connection connection;
    private final MessageDecoder decoder;
    private final Side from;
    private final Sink sink;
    /** Octets of the byte order mark that came; more than it has once that is over. */
    private int bom;
    private boolean afterReturn;
    private State state = State.NAME;
    private final byte[] name = new byte[LONGEST_NAME];
    /** Octets of the line's name, of which only the first are kept. */
    private int nameLength;
    private int field;
    private Gathered data = Gathered.NONE;
    private long dataLength;
    private Gathered eventType = Gathered.NONE;
    private Gathered id = Gathered.NONE;
    private boolean idHasNul;
    /** What the next event dispatched has as its ID. */
    private String lastId;
    private long retry;
    private int retryDigits;
    private long retryMs = Event.UNKNOWN;
    private long wireLength;
    /** Octets are missing: what comes up to the next empty line may be half an event. */
    private boolean skipping;
    private boolean limitTold;

    /** @param sink who reads the data, too; null for nobody */
    SseReader(Connection connection, Side from, Sink sink) {
        this.connection = connection;
        this.from = from;
        this.sink = sink;
        decoder = connection.decoder;
    }

    @Override
    public void content(byte[] a, int start, int n) {
        int at = start;
        int end = start + n;
        for (; bom < BOM.length && at < end; at++) {
            if (a[at] != BOM[bom]) {
                // What looked like its beginning was the beginning of a line.
                int part = bom;
                bom = BOM.length;
                lines(BOM, 0, part);
                break;
            }
            bom++;
            if (bom == BOM.length) {
                wireLength += BOM.length;
            }
        }
        lines(a, at, end);
    }

    private void lines(byte[] a, int start, int end) {
        for (int at = start; at < end;) {
            byte b = a[at];
            if (b == '\n' || b == '\r') {
                at++;
                wireLength++;
                if (b != '\n' || !afterReturn) {
                    endLine();
                }
                afterReturn = b == '\r';
                continue;
            }
            afterReturn = false;
            int stop = at + 1;
            if (state == State.VALUE || state == State.COMMENT) {
                while (stop < end && a[stop] != '\n' && a[stop] != '\r') {
                    stop++;
                }
            }
            wireLength += stop - at;
            octets(a, at, stop - at);
            at = stop;
        }
    }

    private void octets(byte[] a, int at, int n) {
        switch (state) {
            case NAME:
                if (a[at] != ':') {
                    if (nameLength < LONGEST_NAME) {
                        name[nameLength] = a[at];
                    }
                    nameLength += nameLength <= LONGEST_NAME ? 1 : 0;
                } else if (nameLength == 0) {
                    state = State.COMMENT;
                } else {
                    beginValue();
                    state = State.AFTER_COLON;
                }
                break;
            case AFTER_COLON:
                state = State.VALUE;
                if (a[at] != ' ') {
                    value(a, at, n);
                }
                break;
            case VALUE:
                value(a, at, n);
                break;
            default:
                break;
        }
    }

    private void beginValue() {
        field = OTHER;
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].length() == nameLength && is(NAMES[i])) {
                field = i;
            }
        }
        if (field == EVENT) {
            eventType.clear(decoder.buffers);
        } else if (field == ID) {
            id.clear(decoder.buffers);
            idHasNul = false;
        } else if (field == RETRY) {
            retry = 0;
            retryDigits = 0;
        }
    }

    private boolean is(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (name[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void value(byte[] a, int at, int n) {
        switch (field) {
            case DATA:
                keepData(a, at, n);
                break;
            case EVENT:
                eventType = eventType.add(a, at, n, decoder.shown, decoder.buffers);
                break;
            case ID:
                id = id.add(a, at, n, LONGEST_ID, decoder.buffers);
                for (int i = at; i < at + n; i++) {
                    idHasNul |= a[i] == 0;
                }
                break;
            case RETRY:
                for (int i = at; i < at + n; i++) {
                    boolean digit = a[i] >= '0' && a[i] <= '9';
                    retryDigits = digit && retryDigits >= 0 && retryDigits < 18 ? retryDigits + 1 : -1;
                    retry = retry * 10 + a[i] - '0';
                }
                break;
            default:
                break;
        }
    }

    private void keepData(byte[] a, int at, int n) {
        int limit = sink == null ? decoder.shown : decoder.limits.webMessageSize();
        dataLength += n;
        data = data.add(a, at, n, limit, decoder.buffers);
        if (sink != null && dataLength > limit + 1L && !limitTold) {
            limitTold = true;
            connection.limit(from, MessageLimits.Name.WEB_MESSAGE_SIZE);
        }
    }

    private void endLine() {
        if (state == State.NAME && nameLength == 0) {
            emptyLine();
            return;
        }
        if (state == State.NAME) {
            beginValue();
        }
        if (state != State.COMMENT) {
            endField();
        }
        state = State.NAME;
        nameLength = 0;
    }

    private void endField() {
        if (field == DATA) {
            keepData(new byte[] {'\n'}, 0, 1);
        } else if (field == ID && !idHasNul) {
            lastId = id.isEmpty() ? null : text(id, id.length());
        } else if (field == RETRY && retryDigits > 0) {
            retryMs = retry;
        }
    }

    private void emptyLine() {
        if (skipping) {
            skipping = false;
        } else if (dataLength > 0) {
            dispatch();
        } else {
            // Nothing is dispatched; its octets count for the next that is.
            eventType.clear(decoder.buffers);
            return;
        }
        forget();
    }

    private void dispatch() {
        decoder.counters.sseEvents++;
        long length = dataLength - 1;
        int kept = (int) Math.min(length, data.length());
        boolean cut = data.refused() || kept < length;
        if (decoder.wantsSse) {
            int shown = Math.min(kept, decoder.shown);
            connection.emit(new WebEvent.Sse(connection.timeNs, connection.packet, connection.stream(), from, lastId,
                    eventType.isEmpty() ? null : text(eventType, eventType.length()), retryMs, length, wireLength,
                    text(data, shown), cut || shown < length));
        }
        if (sink != null) {
            sink.event(data.bytes(), kept, cut, wireLength);
        }
        retryMs = Event.UNKNOWN;
    }

    private static String text(Gathered octets, int length) {
        return new String(octets.bytes(), 0, length, StandardCharsets.UTF_8);
    }

    private void forget() {
        data.clear(decoder.buffers);
        dataLength = 0;
        eventType.clear(decoder.buffers);
        wireLength = 0;
        limitTold = false;
    }

    @Override
    public void gap() {
        skipping = true;
        bom = BOM.length;
        state = State.COMMENT;
        nameLength = 0;
        afterReturn = false;
        forget();
        if (sink != null) {
            sink.gap();
        }
    }

    @Override
    public void end(boolean complete) {
        data.clear(decoder.buffers);
        eventType.clear(decoder.buffers);
        id.clear(decoder.buffers);
    }
}
