package packetlab.event;

import java.util.List;

/** A WebSocket connection (RFC 6455, compression RFC 7692). Payload arrays are owned copies; nobody writes to them. */
public sealed interface WsEvent extends Event {
    long stream();

    /**
     * The opening handshake was answered with 101.
     *
     * @param acceptValid   whether Sec-WebSocket-Accept answers the key; null where either was not captured
     * @param midstream     the upgrade was not captured; then only {@code confidence} is known
     * @param confidence    0..1, how sure it is that this is WebSocket; 1 where the upgrade was seen
     */
    record Open(long timeNs, long frame, long stream, String target, String origin, String subprotocol,
                String extensions, Boolean acceptValid, long requestFrame, long responseFrame, boolean midstream,
                double confidence) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_OPEN;
        }
    }

    /** The opening handshake was answered with anything but 101. */
    record Refused(long timeNs, long frame, long stream, int status, String target) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_REFUSED;
        }
    }

    /**
     * One frame, data or control.
     *
     * @param rsv        0..7, RSV1 is 4
     * @param length     payload octets as the header announces them: an unsigned 64-bit number
     * @param complete   false where octets are missing (gap, reset, limit or end of capture)
     * @param payload    unmasked, not inflated, as far as captured and kept; null where nothing of it can be shown
     * @param payloadCut whether {@code payload} was shortened to the limit for showing
     */
    record Frame(long timeNs, long frame, long stream, Side from, boolean fin, int rsv, int opcode, boolean masked,
                 long length, boolean complete, byte[] payload, boolean payloadCut) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_FRAME;
        }
    }

    /**
     * A whole data message.
     *
     * @param opcode     1 text, 2 binary
     * @param frames     how many frames carried it
     * @param wireLength payload octets in its frames
     * @param length     octets of the message, after inflating; UNKNOWN where it could not be inflated
     * @param data       the message; null where it could not be inflated
     * @param dataCut    whether {@code data} was shortened to the limit for showing
     * @param undecodable why it could not be inflated, in words; null where it could
     */
    record Message(long timeNs, long frame, long stream, Side from, int opcode, int frames, long wireLength,
                   long length, boolean compressed, byte[] data, boolean dataCut, String undecodable)
            implements WsEvent {
        public Message(long timeNs, long frame, long stream, Side from, int opcode, int frames, long wireLength,
                       long length, boolean compressed, byte[] data, boolean dataCut) {
            this(timeNs, frame, stream, from, opcode, frames, wireLength, length, compressed, data, dataCut, null);
        }

        @Override
        public EventType type() {
            return EventType.WS_MESSAGE;
        }
    }

    record Ping(long timeNs, long frame, long stream, Side from, byte[] payload) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_PING;
        }
    }

    /**
     * @param rttNs     time since the ping that it answers, or UNKNOWN where it answers none
     * @param pingFrame number of the packet that completed that ping, or UNKNOWN
     */
    record Pong(long timeNs, long frame, long stream, Side from, byte[] payload, long rttNs, long pingFrame)
            implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_PONG;
        }
    }

    /**
     * @param code   UNKNOWN where the body is empty
     * @param reason empty where there is none; octets that are not UTF-8 are replaced
     */
    record Close(long timeNs, long frame, long stream, Side from, int code, String reason) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_CLOSE;
        }
    }

    /** VIOLATION: an RFC forbids it; NOTE: legal but suspicious. */
    enum Level {
        VIOLATION("violation"), NOTE("note");

        private final String wireName;

        Level(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /**
     * A rule of RFC 6455 or RFC 7692.
     *
     * @param rule    stable id, such as {@code client-frame-unmasked}
     * @param section such as {@code 5.1}; of RFC 7692 with its number in front, {@code RFC 7692 7.2.1}
     */
    record Finding(long timeNs, long frame, long stream, Side from, Level level, String rule, String section,
                   String detail) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_FINDING;
        }
    }

    /**
     * The next frame of that side was found again behind missing bytes, or in a connection that was met midstream.
     *
     * @param skipped    captured octets between the gap and that frame, which belong to nothing that could be decoded
     * @param confidence 0..1, how sure it is that a frame begins there
     */
    record Resync(long timeNs, long frame, long stream, Side from, long skipped, double confidence)
            implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_RESYNC;
        }
    }

    /**
     * The connection under a WebSocket ended.
     *
     * @param clean whether both sides had sent a close frame
     * @param code  the close code of the side that closed first, or 1006 where no close frame came
     */
    record End(long timeNs, long frame, long stream, boolean clean, int code, TcpEvent.How how) implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_END;
        }
    }

    /**
     * A rule that was broken on a connection.
     *
     * @param count  how often
     * @param frames numbers of the first packets in which it was; fewer than {@code count} where it was often
     */
    record Broken(String rule, long count, List<Long> frames) {}

    /**
     * Which rules a WebSocket connection gave occasion to check, and which it broke; a rule that is checked and not
     * broken passed. Comes when the connection is over.
     *
     * @param checked ids of the rules
     */
    record Verdict(long timeNs, long frame, long stream, List<String> checked, List<Broken> broken)
            implements WsEvent {
        @Override
        public EventType type() {
            return EventType.WS_VERDICT;
        }
    }
}
