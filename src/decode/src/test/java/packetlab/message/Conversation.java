package packetlab.message;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.flow.StreamHandler;

/**
 * What two sides send, step by step; step {@code n} is packet {@code n + 1} at {@code 1000 (n + 1)} ns, however it is
 * cut. Played into a decoder it gives events.
 */
final class Conversation {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    static final String REQUEST = "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
    static final String RESPONSE = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n";

    private enum What { DATA, GAP, FIN, CLOSE }

    private record Step(What what, Side side, byte[] bytes, long count, TcpEvent.How how) {}

    /** Cuts a step's bytes: the indexes of the cuts, ascending. */
    interface Cutter {
        int[] cuts(int step, int length);
    }

    static final Cutter WHOLE = (step, length) -> new int[0];

    static Cutter everyByte() {
        return (step, length) -> java.util.stream.IntStream.range(1, length).toArray();
    }

    static Cutter random(RandomGenerator random) {
        return (step, length) -> random.ints(random.nextInt(5), 0, length + 1).sorted().toArray();
    }

    private final List<Step> steps = new ArrayList<>();
    private TcpEvent.Start start = TcpEvent.Start.HANDSHAKE;
    private int mask = 0x3d21fa37;

    /** An opened WebSocket: two steps. */
    static Conversation opened() {
        return new Conversation().client(REQUEST).server(RESPONSE);
    }

    /** One that has agreed on these extensions. */
    static Conversation opened(String offer, String answer) {
        return new Conversation().client(with(REQUEST, "Sec-WebSocket-Extensions: " + offer))
                .server(with(RESPONSE, "Sec-WebSocket-Extensions: " + answer));
    }

    /** A head with one more field. */
    static String with(String head, String field) {
        return head.substring(0, head.length() - 2) + field + "\r\n\r\n";
    }

    Conversation midstream() {
        start = TcpEvent.Start.MIDSTREAM;
        return this;
    }

    Conversation client(byte[]... bytes) {
        return add(What.DATA, Side.CLIENT, join(bytes), 0, null);
    }

    Conversation server(byte[]... bytes) {
        return add(What.DATA, Side.SERVER, join(bytes), 0, null);
    }

    Conversation client(String text) {
        return client(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Conversation server(String text) {
        return server(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Conversation gap(Side side, long count) {
        return add(What.GAP, side, null, count, null);
    }

    Conversation fin(Side side) {
        return add(What.FIN, side, null, 0, null);
    }

    Conversation close(TcpEvent.How how) {
        return add(What.CLOSE, null, null, 0, how);
    }

    /** Close frames both ways, FINs and the end. */
    Conversation closed() {
        return client(masked(true, 0, Opcode.CLOSE, code(1000))).server(frame(true, 0, Opcode.CLOSE, code(1000)))
                .fin(Side.SERVER).fin(Side.CLIENT).close(TcpEvent.How.FIN);
    }

    private Conversation add(What what, Side side, byte[] bytes, long count, TcpEvent.How how) {
        steps.add(new Step(what, side, bytes, count, how));
        return this;
    }

    int steps() {
        return steps.size();
    }

    /** Octets of a step; 0 for one that is no data. */
    int length(int step) {
        return steps.get(step).bytes == null ? 0 : steps.get(step).bytes.length;
    }

    /** A frame with a fresh masking key. */
    byte[] masked(boolean fin, int rsv, int opcode, byte[] payload) {
        mask = mask * 1664525 + 1013904223 | 1;
        return masked(mask, fin, rsv, opcode, payload);
    }

    byte[] maskedText(String text) {
        return masked(true, 0, Opcode.TEXT, utf8(text));
    }

    static byte[] masked(int key, boolean fin, int rsv, int opcode, byte[] payload) {
        byte[] out = new byte[WebSocketWriter.headerLength(payload.length, true) + payload.length];
        int at = WebSocketWriter.putHeader(out, 0, fin, rsv, opcode, payload.length, true, key);
        for (int i = 0; i < payload.length; i++) {
            out[at + i] = (byte) (payload[i] ^ key >> 8 * (i & 3));
        }
        return out;
    }

    static byte[] frame(boolean fin, int rsv, int opcode, byte[] payload) {
        byte[] out = new byte[WebSocketWriter.headerLength(payload.length, false) + payload.length];
        int at = WebSocketWriter.putHeader(out, 0, fin, rsv, opcode, payload.length, false, 0);
        System.arraycopy(payload, 0, out, at, payload.length);
        return out;
    }

    static byte[] text(String text) {
        return frame(true, 0, Opcode.TEXT, utf8(text));
    }

    static byte[] code(int code) {
        return new byte[] {(byte) (code >> 8), (byte) code};
    }

    static byte[] utf8(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String s) {
        return HexFormat.of().parseHex(s.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Collects what a decoder tells. */
    static final class Log implements EventListener {
        final List<Event> events = new ArrayList<>();
        private final Predicate<EventType> wanted;

        Log(Predicate<EventType> wanted) {
            this.wanted = wanted;
        }

        @Override
        public void onEvent(Event event) {
            events.add(event);
        }

        @Override
        public boolean wants(EventType type) {
            return wanted.test(type);
        }

        List<String> lines() {
            return events.stream().map(Conversation::line).toList();
        }

        <T> List<T> of(Class<T> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        /** Findings as {@code rule@packet side}. */
        List<String> findings() {
            return of(WsEvent.Finding.class).stream()
                    .map(f -> f.rule() + "@" + f.frame() + (f.from() == null ? "" : " " + f.from().wireName()))
                    .toList();
        }
    }

    /** All events, with the bytes as they are. */
    Log play() {
        return play(MessageLimits.DEFAULT, WHOLE);
    }

    Log play(MessageLimits limits, Cutter cutter) {
        Log log = new Log(type -> true);
        try (MessageDecoder decoder = new MessageDecoder(log, limits)) {
            play(decoder, 0, cutter);
        }
        return log;
    }

    /** Plays it as one of the connections of a decoder. */
    void play(MessageDecoder decoder, long stream, Cutter cutter) {
        Fake fake = new Fake(stream, start);
        StreamHandler handler = decoder.open(fake);
        for (int i = 0; i < steps.size(); i++) {
            fake.packet = i + 1;
            step(handler, steps.get(i), cutter.cuts(i, length(i)));
        }
    }

    private void step(StreamHandler handler, Step step, int[] cuts) {
        switch (step.what) {
            case GAP -> handler.onGap(step.side, step.count, StreamHandler.GapCause.LOST_ACKED);
            case FIN -> handler.onFin(step.side);
            case CLOSE -> handler.onClose(step.how);
            default -> {
                int from = 0;
                for (int n = 0; n <= cuts.length; n++) {
                    int to = n < cuts.length ? cuts[n] : step.bytes.length;
                    if (to > from) {
                        deliver(handler, step.side, Arrays.copyOfRange(step.bytes, from, to));
                    }
                    from = to;
                }
            }
        }
    }

    /** In the middle of a buffer whose other bytes are wrong, and overwritten afterwards as a capture's buffer is. */
    private void deliver(StreamHandler handler, Side side, byte[] bytes) {
        byte[] array = new byte[bytes.length + 5];
        Arrays.fill(array, (byte) 0xC3);
        System.arraycopy(bytes, 0, array, 3, bytes.length);
        handler.onData(side, array, 3, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (array[3 + i] != bytes[i]) {
                throw new AssertionError("the decoder wrote to the capture's buffer");
            }
            array[3 + i] = (byte) 0xC3;
        }
    }

    private static final class Fake implements StreamHandler.Stream {
        private final long stream;
        private final TcpEvent.Start start;
        private long packet;

        Fake(long stream, TcpEvent.Start start) {
            this.stream = stream;
            this.start = start;
        }

        @Override
        public long stream() {
            return stream;
        }

        @Override
        public long frame() {
            return packet;
        }

        @Override
        public long timeNs() {
            return packet * 1000;
        }

        @Override
        public TcpEvent.Start start() {
            return start;
        }
    }

    /** All that an event says, arrays by content. */
    static String line(Event event) {
        StringBuilder line = new StringBuilder(event.type().wireName());
        for (RecordComponent c : event.getClass().getRecordComponents()) {
            Object value;
            try {
                value = c.getAccessor().invoke(event);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
            if (value instanceof byte[] bytes) {
                value = HexFormat.of().formatHex(bytes);
            }
            line.append(' ').append(c.getName()).append('=').append(value);
        }
        return line.toString();
    }
}
