package packetlab.message;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.event.EventType;
import packetlab.event.PerSide;
import packetlab.event.Side;
import packetlab.event.WsEvent.Level;

/**
 * What the message room has seen so far, whether or not anybody wanted to read of it. Kept by one
 * {@link MessageDecoder} on its thread.
 */
public final class MessageCounters {
    private static final int OPCODES = 16;

    long httpRequests;
    long httpResponses;
    long httpBodyBytes;
    long webSockets;
    long webSocketsMidstream;
    long webSocketsOpen;
    long refused;
    long tls;
    long http2;
    long others;
    long resyncs;
    long skippedBytes;
    long compressedMessages;
    long inflatedBytes;
    long undecodableMessages;
    long sseEvents;
    long sockJsSessions;
    /** By transport, in the order of their first message; both sides. */
    final Map<String, Long> sockJsMessages = new LinkedHashMap<>();
    long engineIoSessions;
    long engineIoUpgrades;
    final long[] engineIoPackets = new long[2];
    long socketIoSessions;
    final long[] socketIoEvents = new long[2];
    final long[] socketIoAcks = new long[2];
    long webOddities;
    final long[] frames = new long[2 * OPCODES];
    final long[] incompleteFrames = new long[2];
    final long[] payloadBytes = new long[2];
    final long[] messages = new long[2];
    final long[] broken = new long[WsRule.values().length];
    final long[] limitHits = new long[MessageLimits.Name.values().length];
    long rulesChecked;

    MessageCounters() {}

    static int frameIndex(Side from, int opcode) {
        return from.ordinal() * OPCODES + opcode;
    }

    void sockJsMessage(Side from, String transport) {
        sockJsMessages.merge(transport, 1L, Long::sum);
    }

    void socketIo(EventType type, Side from) {
        if (type == EventType.SOCKETIO_EVENT) {
            socketIoEvents[from.ordinal()]++;
        } else if (type == EventType.SOCKETIO_ACK) {
            socketIoAcks[from.ordinal()]++;
        }
    }

    /** Server-sent events. */
    public long sseEvents() {
        return sseEvents;
    }

    public long sockJsSessions() {
        return sockJsSessions;
    }

    /** SockJS messages of both sides by transport, such as {@code xhr_send}. */
    public Map<String, Long> sockJsMessages() {
        return new LinkedHashMap<>(sockJsMessages);
    }

    public long engineIoSessions() {
        return engineIoSessions;
    }

    /** Engine.IO sessions that changed from polling to WebSocket. */
    public long engineIoUpgrades() {
        return engineIoUpgrades;
    }

    public PerSide engineIoPackets() {
        return perSide(engineIoPackets);
    }

    public long socketIoSessions() {
        return socketIoSessions;
    }

    public PerSide socketIoEvents() {
        return perSide(socketIoEvents);
    }

    public PerSide socketIoAcks() {
        return perSide(socketIoAcks);
    }

    /** How often something broke the rules of these libraries. */
    public long webOddities() {
        return webOddities;
    }

    public long httpRequests() {
        return httpRequests;
    }

    public long httpResponses() {
        return httpResponses;
    }

    /** Octets of HTTP message bodies, chunk framing not counted. */
    public long httpBodyBytes() {
        return httpBodyBytes;
    }

    /** WebSocket connections, those met midstream included. */
    public long webSockets() {
        return webSockets;
    }

    public long webSocketsMidstream() {
        return webSocketsMidstream;
    }

    /** WebSocket connections that have not ended. */
    public long webSocketsOpen() {
        return webSocketsOpen;
    }

    /** Upgrades to WebSocket that were answered with anything but 101. */
    public long refused() {
        return refused;
    }

    public long tlsConnections() {
        return tls;
    }

    public long http2Connections() {
        return http2;
    }

    /** Connections that carry something that is not recognised. */
    public long otherConnections() {
        return others;
    }

    /** How often a frame boundary was searched for and found. */
    public long resyncs() {
        return resyncs;
    }

    /** Captured octets of WebSocket connections that could not be decoded for want of a frame boundary. */
    public long skippedBytes() {
        return skippedBytes;
    }

    /** Frames of one opcode, 0 to 15, complete or not. */
    public PerSide frames(int opcode) {
        return new PerSide(frames[frameIndex(Side.CLIENT, opcode)], frames[frameIndex(Side.SERVER, opcode)]);
    }

    /** All frames. */
    public PerSide frames() {
        long client = 0;
        long server = 0;
        for (int opcode = 0; opcode < OPCODES; opcode++) {
            client += frames[frameIndex(Side.CLIENT, opcode)];
            server += frames[frameIndex(Side.SERVER, opcode)];
        }
        return new PerSide(client, server);
    }

    public PerSide incompleteFrames() {
        return perSide(incompleteFrames);
    }

    /** Captured payload octets of frames. */
    public PerSide payloadBytes() {
        return perSide(payloadBytes);
    }

    /** Whole data messages. */
    public PerSide messages() {
        return perSide(messages);
    }

    public long compressedMessages() {
        return compressedMessages;
    }

    /** Octets to which messages were inflated. */
    public long inflatedBytes() {
        return inflatedBytes;
    }

    /** Whole messages that could not be inflated. */
    public long undecodableMessages() {
        return undecodableMessages;
    }

    /** How often a rule was broken. */
    public long broken(WsRule rule) {
        return broken[rule.ordinal()];
    }

    /** How often rules of that level were broken. */
    public long broken(Level level) {
        long sum = 0;
        for (WsRule rule : WsRule.list(-1L >>> 64 - broken.length)) {
            sum += rule.level() == level ? broken[rule.ordinal()] : 0;
        }
        return sum;
    }

    /** The rules that any connection gave occasion to check, as a set. */
    public long rulesChecked() {
        return rulesChecked;
    }

    /** How often a limit was hit. */
    public long hits(MessageLimits.Name limit) {
        return limitHits[limit.ordinal()];
    }

    private static PerSide perSide(long[] counts) {
        return new PerSide(counts[Side.CLIENT.ordinal()], counts[Side.SERVER.ordinal()]);
    }
}
