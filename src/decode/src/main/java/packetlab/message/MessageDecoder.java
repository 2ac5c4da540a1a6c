package packetlab.message;

import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.flow.StreamHandler;

/**
 * Reads what the connections of a capture carry: HTTP/1.1 (RFC 9112), the way into WebSocket, WebSocket (RFC 6455) and
 * permessage-deflate (RFC 7692). One decoder, on one thread, for all connections; it counts everything and makes an
 * event only of what its listener wants. Between two calls a connection holds what its state needs and the bytes that
 * wait, each within {@link MessageLimits}; nothing is allocated for a frame that nobody wants to see.
 */
public final class MessageDecoder implements StreamHandler.Factory, AutoCloseable {
    private static final int OUT = 1 << 16;

    final EventListener listener;
    final MessageLimits limits;
    final MessageCounters counters = new MessageCounters();
    final BufferPool buffers;
    final InflaterPool inflaters;
    final OpeningHandshake handshake = new OpeningHandshake();
    /** For heads that are read and done with in one call. */
    final HttpHead head = new HttpHead();
    final byte[] inflated = new byte[OUT];
    final FrameSearch search = new FrameSearch();
    final WebDecoder web;

    final boolean wantsRequest;
    final boolean wantsResponse;
    final boolean wantsSse;
    final boolean wantsSockJs;
    final boolean wantsEngineIo;
    final boolean wantsSocketIo;
    final boolean wantsOddity;
    final boolean wantsHttpChunk;
    final boolean wantsHttpMessage;
    final boolean wantsOpen;
    final boolean wantsRefused;
    final boolean wantsFrame;
    final boolean wantsMessage;
    /** Neither of the two, so that most frames can be passed over quickly. */
    final boolean wantsNoPayload;
    final boolean wantsPing;
    final boolean wantsPong;
    final boolean wantsClose;
    final boolean wantsResync;
    final boolean wantsEnd;
    final boolean wantsVerdict;
    final boolean wantsProtocol;
    private final boolean wantsLimit;
    final boolean wantsFinding;
    /** Octets of a frame that events carry, and of a message. */
    final int shown;
    final int messageKept;

    /** Contents of HTTP messages that are being inflated. */
    int contentInflaters;
    /** The packet that is being read, and its time. */
    long packet;
    long timeNs;
    private byte[] clear = new byte[OUT + Unmask.SLACK];

    public MessageDecoder(EventListener listener, MessageLimits limits) {
        this.listener = listener;
        this.limits = limits;
        buffers = new BufferPool(limits.waitingInAll(), () -> limitInAll(MessageLimits.Name.WAITING_IN_ALL));
        inflaters = new InflaterPool(limits, buffers, () -> limitInAll(MessageLimits.Name.INFLATE_HISTORY));
        wantsRequest = listener.wants(EventType.HTTP_REQUEST);
        wantsResponse = listener.wants(EventType.HTTP_RESPONSE);
        wantsSse = listener.wants(EventType.SSE_EVENT);
        wantsSockJs = wantsAny("sockjs.");
        wantsEngineIo = wantsAny("engineio.");
        wantsSocketIo = wantsAny("socketio.");
        wantsOddity = listener.wants(EventType.ODDITY);
        wantsHttpChunk = listener.wants(EventType.HTTP_CHUNK);
        wantsHttpMessage = listener.wants(EventType.HTTP_MESSAGE);
        wantsOpen = listener.wants(EventType.WS_OPEN);
        wantsRefused = listener.wants(EventType.WS_REFUSED);
        wantsFrame = listener.wants(EventType.WS_FRAME);
        wantsMessage = listener.wants(EventType.WS_MESSAGE);
        wantsNoPayload = !wantsFrame && !wantsMessage && limits.messageSize() > WebSocketSide.LONGEST_ORDINARY;
        wantsPing = listener.wants(EventType.WS_PING);
        wantsPong = listener.wants(EventType.WS_PONG);
        wantsClose = listener.wants(EventType.WS_CLOSE);
        wantsResync = listener.wants(EventType.WS_RESYNC);
        wantsEnd = listener.wants(EventType.WS_END);
        wantsVerdict = listener.wants(EventType.WS_VERDICT);
        wantsProtocol = listener.wants(EventType.TCP_PROTOCOL);
        wantsLimit = listener.wants(EventType.LIMIT);
        wantsFinding = listener.wants(EventType.WS_FINDING);
        shown = limits.shownPayload();
        messageKept = (int) Math.min(shown, limits.messageSize());
        web = new WebDecoder(this);
    }

    private boolean wantsAny(String family) {
        for (EventType type : EventType.values()) {
            if (type.wireName().startsWith(family) && listener.wants(type)) {
                return true;
            }
        }
        return false;
    }

    /** What was seen so far, wanted or not. */
    public MessageCounters counters() {
        return counters;
    }

    @Override
    public StreamHandler open(StreamHandler.Stream stream) {
        return new Connection(this, stream);
    }

    /** Frees native memory. Connections that are still open cannot go on. */
    @Override
    public void close() {
        inflaters.close();
    }

    /** Where to unmask {@code length} octets to: always the same array, unless it has to grow. */
    byte[] clear(int length) {
        if (clear.length < length + Unmask.SLACK) {
            clear = new byte[Integer.highestOneBit(length) * 2 + Unmask.SLACK];
        }
        return clear;
    }

    void limitInAll(MessageLimits.Name name) {
        limit(timeNs, packet, Event.UNKNOWN, null, name);
    }

    void limit(long timeNs, long packet, long stream, Side from, MessageLimits.Name name) {
        long count = ++counters.limitHits[name.ordinal()];
        if (wantsLimit) {
            listener.onEvent(new CaptureEvent.Limit(timeNs, packet, stream, from, name.wireName(), limits.value(name),
                    count));
        }
    }
}
