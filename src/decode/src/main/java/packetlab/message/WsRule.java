package packetlab.message;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.WsEvent.Level;

/**
 * Every rule of RFC 6455 and RFC 7692 that a watcher of the wire can check. The id is stable: it stands in the output.
 * A set of rules is a {@code long} with {@link #bit} of each.
 */
public enum WsRule {
    REQUEST_METHOD("request-method", "4.1", "The opening request is a GET", 1002),
    REQUEST_HTTP_VERSION("request-http-version", "4.1", "The opening request is of HTTP/1.1 or newer", 1002),
    REQUEST_TARGET("request-target", "3", "The target is a path or an absolute URI, without a fragment", 1002),
    REQUEST_HOST("request-host", "4.1", "The opening request has one Host field", 1002),
    REQUEST_UPGRADE("request-upgrade", "4.1", "The request's Upgrade field names websocket", 1002),
    REQUEST_CONNECTION("request-connection", "4.1", "The request's Connection field names Upgrade", 1002),
    REQUEST_KEY("request-key", "4.1", "One Sec-WebSocket-Key, the base64 of 16 octets", 1002),
    REQUEST_VERSION("request-version", "4.1", "One Sec-WebSocket-Version, and it is 13", 1002),
    REQUEST_SUBPROTOCOLS("request-subprotocols", "4.1", "Offered subprotocols are tokens, each offered once", 1002),
    REQUEST_EXTENSIONS("request-extensions", "9.1", "The offered extensions follow the grammar", 1002),
    REQUEST_DEFLATE("request-deflate-parameters", "RFC 7692 7.1",
            "Parameters of an offered permessage-deflate are known, valid and given once", 1002),
    DATA_BEFORE_RESPONSE("data-before-response", "4.1", "The client waits for the response before it sends frames",
            1002),

    RESPONSE_UPGRADE("response-upgrade", "4.2.2", "The response's Upgrade field is websocket", 1002),
    RESPONSE_CONNECTION("response-connection", "4.2.2", "The response's Connection field names Upgrade", 1002),
    RESPONSE_ACCEPT("response-accept", "4.2.2", "One Sec-WebSocket-Accept, and it answers the key", 1002),
    RESPONSE_SUBPROTOCOL("response-subprotocol", "4.2.2", "The subprotocol is one that was offered", 1002),
    RESPONSE_EXTENSIONS("response-extensions", "9.1", "The accepted extensions follow the grammar", 1002),
    RESPONSE_EXTENSION_OFFERED("response-extension-offered", "9.1", "Accepted extensions were offered", 1010),
    RESPONSE_DEFLATE("response-deflate-parameters", "RFC 7692 7.1",
            "Parameters of an accepted permessage-deflate are valid and agree with an offer", 1010),
    REQUEST_FAULT_ACCEPTED("faulty-request-accepted", "4.2.1", "A request that breaks a rule is not answered with 101",
            1002),
    VERSIONS_NAMED("supported-versions-named", "4.4", "A 426 names the versions that the server knows", 1002),

    CLIENT_MASKED("client-frame-unmasked", "5.1", "The client masks every frame", 1002),
    SERVER_UNMASKED("server-frame-masked", "5.1", "The server masks no frame", 1002),
    RESERVED_BITS("reserved-bits", "5.2", "RSV bits are 0 unless an extension gives them a meaning", 1002),
    RESERVED_OPCODE("reserved-opcode", "5.2", "The opcode is a defined one", 1002),
    LENGTH_MINIMAL("length-not-minimal", "5.2", "The length has the shortest form", 1002),
    LENGTH_TOP_BIT("length-top-bit", "5.2", "The top bit of a 64-bit length is 0", 1002),
    CONTROL_FRAGMENTED("control-frame-fragmented", "5.5", "Control frames are not fragmented", 1002),
    CONTROL_LENGTH("control-frame-too-long", "5.5", "Control frames carry at most 125 octets", 1002),
    CONTINUATION_START("continuation-without-start", "5.4", "A continuation frame continues a message", 1002),
    MESSAGE_NESTED("message-inside-message", "5.4", "A message is complete before the next begins", 1002),
    RSV1_CONTROL("rsv1-on-control-frame", "RFC 7692 6", "RSV1 is not set on control frames", 1002),
    RSV1_CONTINUATION("rsv1-on-continuation", "RFC 7692 6", "RSV1 is set on a message's first frame only", 1002),

    TEXT_UTF8("text-not-utf8", "8.1", "Text messages are valid UTF-8", 1007),
    INFLATE("deflate-data-invalid", "RFC 7692 7.2.2", "Compressed messages can be inflated", 1007),
    CLOSE_BODY("close-body-one-octet", "5.5.1", "A Close frame's body is empty or begins with a two-octet code", 1002),
    CLOSE_CODE("close-code-invalid", "7.4", "The close code is one that may be on the wire", 1002),
    CLOSE_REASON_UTF8("close-reason-not-utf8", "5.5.1", "The reason of a Close frame is valid UTF-8", 1007),
    DATA_AFTER_CLOSE("data-after-close", "5.5.1", "No data frames after a Close frame", 1002),
    CLOSE_ANSWERED("close-unanswered", "5.5.1", "A Close frame is answered with a Close frame", 1002),
    ENDED_WITH_CLOSE("ended-without-close", "7.3", "A connection is closed with Close frames before TCP is", 1002),

    CLOSE_AGAIN("close-repeated", "5.5.1", "A side sends one Close frame", Level.NOTE),
    PING_ANSWERED("ping-unanswered", "5.5.2", "The latest ping is answered before the closing handshake", Level.NOTE),
    UNSOLICITED_PONG("unsolicited-pong", "5.5.3", "A pong answers a ping", Level.NOTE),
    MASK_ZERO("masking-key-zero", "5.3", "The masking key is unpredictable: it is not 0", Level.NOTE),
    MASK_REPEATED("masking-key-repeated", "5.3", "The masking key is fresh: not the previous frame's", Level.NOTE),
    CROSS_SITE("cross-site-origin", "10.2", "The page that opened the connection came from the same site", Level.NOTE),
    INFLATED_SIZE("inflated-too-large", "RFC 7692 8", "A message does not inflate past the limit for its size",
            Level.NOTE);

    private static final List<WsRule> ALL = List.of(values());

    private final String id;
    private final String section;
    private final Level level;
    private final String text;
    private final int closeCode;

    /** A rule whose breaking makes an endpoint fail the connection with {@code closeCode}. */
    WsRule(String id, String section, String text, int closeCode) {
        this(id, section, text, Level.VIOLATION, closeCode);
    }

    WsRule(String id, String section, String text, Level level) {
        this(id, section, text, level, 0);
    }

    WsRule(String id, String section, String text, Level level, int closeCode) {
        this.id = id;
        this.section = section;
        this.level = level;
        this.text = text;
        this.closeCode = closeCode;
    }

    /** Stable name, such as {@code client-frame-unmasked}: what is wrong when the rule is broken. */
    public String id() {
        return id;
    }

    /** Such as {@code 5.1}; of RFC 7692 with its number in front. */
    public String section() {
        return section;
    }

    public Level level() {
        return level;
    }

    /** What the rule asks, as a sentence without its full stop. */
    public String text() {
        return text;
    }

    /** The code with which an endpoint fails the connection (RFC 6455 section 7.4.1); 0 for a note. */
    public int closeCode() {
        return closeCode;
    }

    /** This rule as a set. */
    public long bit() {
        return 1L << ordinal();
    }

    /** One of the set, the first of this list; the set must not be empty. */
    static WsRule first(long set) {
        return ALL.get(Long.numberOfTrailingZeros(set));
    }

    /** The rules of the set that are violations. */
    public static long violations(long set) {
        return set & VIOLATIONS;
    }

    /** The set as a list, in the order of the RFCs. */
    public static List<WsRule> list(long set) {
        List<WsRule> rules = new ArrayList<>(Long.bitCount(set));
        for (long rest = set; rest != 0; rest &= rest - 1) {
            rules.add(first(rest));
        }
        return rules;
    }

    private static final long VIOLATIONS = violationBits();

    private static long violationBits() {
        long set = 0;
        for (WsRule rule : ALL) {
            set |= rule.level == Level.VIOLATION ? rule.bit() : 0;
        }
        return set;
    }
}
