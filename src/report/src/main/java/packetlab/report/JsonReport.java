package packetlab.report;

import java.io.Closeable;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.WsEvent;

/**
 * NDJSON, version 1: one event a line as {@code packetlab/event/events-1.schema.json} describes it. Frames and
 * messages, which come by the million, are formatted by hand into the reused buffer; {@link JsonFields} writes the
 * rest. Nothing is rounded: times have nine decimals, durations are microseconds with up to three.
 *
 * <p>Lines reach the stream when the buffer is full and on {@link #flush}, which a live capture calls whenever its
 * source is idle. A failing write is an {@link java.io.UncheckedIOException}. Not thread-safe.
 */
public final class JsonReport implements EventListener, Closeable {
    private static final byte[] FRAME = ascii("{\"event\":\"ws.frame\"");
    private static final byte[] MESSAGE = ascii("{\"event\":\"ws.message\"");
    private static final byte[] TIME = ascii(",\"time\":\"");
    private static final byte[] PACKET = ascii(",\"frame\":");
    private static final byte[] STREAM = ascii(",\"stream\":");
    private static final byte[] CLIENT = ascii(",\"from\":\"client\"");
    private static final byte[] SERVER = ascii(",\"from\":\"server\"");
    private static final byte[] OPCODE = ascii(",\"opcode\":");
    private static final byte[] COMPLETE = ascii(",\"complete\":true");
    private static final byte[] NOT_COMPLETE = ascii(",\"complete\":false");
    private static final byte[] FRAMES = ascii(",\"frames\":");
    private static final byte[] WIRE_LENGTH = ascii(",\"wireLength\":");
    private static final byte[] LENGTH = ascii(",\"length\":");
    private static final byte[] COMPRESSED = ascii(",\"compressed\":true");
    private static final byte[] NOT_COMPRESSED = ascii(",\"compressed\":false");
    private static final byte[] PAYLOAD = ascii(",\"payload\":\"");
    private static final byte[] PAYLOAD_BASE64 = ascii(",\"payloadBase64\":\"");
    private static final byte[] UNDECODABLE = ascii(",\"undecodable\":\"");
    private static final byte[] TEXT = ascii(",\"text\":\"");
    private static final byte[] BASE64 = ascii(",\"base64\":\"");
    private static final byte[] CUT = ascii(",\"payloadCut\":true");
    private static final byte[] END = ascii("}\n");
    /** Longest line without its payload. */
    private static final int FIXED_PART = 512;

    private final ByteSink out;
    private final JsonPayload payload;
    private final JsonFields fields;
    private final EventFilter filter;
    private final boolean verbose;
    private final byte[][] headers = new byte[1024][];
    private long commonTimeNs;
    private long commonFrame;
    private long commonStream = Event.UNKNOWN;
    private long commonStart;
    private int commonLength;

    /**
     * @param target  taken over: closed with this
     * @param verbose also one line for each packet: segments, datagrams, ICMP, what is not decoded
     */
    public JsonReport(OutputStream target, EventFilter filter, boolean verbose) {
        this.out = new ByteSink(target);
        this.payload = new JsonPayload(out);
        this.fields = new JsonFields(out);
        this.filter = filter;
        this.verbose = verbose;
    }

    @Override
    public boolean wants(EventType type) {
        return filter.accepts(type, verbose);
    }

    @Override
    public Segments segments() {
        return wants(EventType.TCP_SEGMENT) ? Segments.ALL : Segments.NONE;
    }

    @Override
    public void onEvent(Event event) {
        if (!wants(event.type()) || !filter.acceptsStreamOf(event)) {
            return;
        }
        if (event instanceof WsEvent.Frame frame) {
            frame(frame);
        } else if (event instanceof WsEvent.Message message) {
            message(message);
        } else {
            fields.write(event);
        }
    }

    private void frame(WsEvent.Frame e) {
        out.ensure(FIXED_PART);
        out.put(FRAME);
        common(e.timeNs(), e.frame(), e.stream());
        out.put(header(e));
        out.unsigned(e.length());
        out.put(e.complete() ? COMPLETE : NOT_COMPLETE);
        payload(e.payload(), e.payloadCut(), true, PAYLOAD, PAYLOAD_BASE64);
    }

    private void message(WsEvent.Message e) {
        out.ensure(FIXED_PART);
        out.put(MESSAGE);
        common(e.timeNs(), e.frame(), e.stream());
        out.put(e.from() == Side.CLIENT ? CLIENT : SERVER);
        out.put(OPCODE);
        out.number(e.opcode());
        out.put(FRAMES);
        out.number(e.frames());
        out.put(WIRE_LENGTH);
        out.number(e.wireLength());
        if (e.length() != Event.UNKNOWN) {
            out.put(LENGTH);
            out.number(e.length());
        }
        out.put(e.compressed() ? COMPRESSED : NOT_COMPRESSED);
        if (e.undecodable() != null) {
            payload.field(UNDECODABLE, UNDECODABLE, e.undecodable().getBytes(StandardCharsets.UTF_8), true, false);
        }
        payload(e.data(), e.dataCut(), e.opcode() == 1, TEXT, BASE64);
    }

    /** From {@code from} to {@code length}: the few combinations that occur are written once. */
    private byte[] header(WsEvent.Frame e) {
        int index = e.opcode() & 0xF | (e.rsv() & 7) << 4 | (e.fin() ? 0x80 : 0) | (e.masked() ? 0x100 : 0)
                | (e.from() == Side.CLIENT ? 0x200 : 0);
        byte[] header = headers[index];
        if (header == null) {
            header = ascii(",\"from\":\"" + e.from().wireName() + "\",\"fin\":" + e.fin() + ",\"rsv\":" + e.rsv()
                    + ",\"opcode\":" + e.opcode() + ",\"masked\":" + e.masked() + ",\"length\":");
            headers[index] = header;
        }
        return header;
    }

    /** Time, packet and stream; those of a message are those of its last frame, which stand in the line above. */
    private void common(long timeNs, long frame, long stream) {
        if (timeNs == commonTimeNs && frame == commonFrame && stream == commonStream
                && commonStart >= out.bufferStart()) {
            byte[] bytes = out.bytes();
            System.arraycopy(bytes, (int) (commonStart - out.bufferStart()), bytes, out.size(), commonLength);
            out.size(out.size() + commonLength);
            return;
        }
        commonTimeNs = timeNs;
        commonFrame = frame;
        commonStream = stream;
        commonStart = out.position();
        if (timeNs != Event.NO_TIME) {
            out.put(TIME);
            out.time(timeNs);
            out.put('"');
        }
        if (frame > 0) {
            out.put(PACKET);
            out.number(frame);
        }
        out.put(STREAM);
        out.number(stream);
        commonLength = (int) (out.position() - commonStart);
    }

    private void payload(byte[] bytes, boolean cut, boolean mayBeText, byte[] textName, byte[] base64Name) {
        if (bytes != null) {
            payload.field(textName, base64Name, bytes, mayBeText, cut);
            if (cut) {
                out.put(CUT);
            }
        }
        out.put(END);
    }

    /** Hands on every line so far. */
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
