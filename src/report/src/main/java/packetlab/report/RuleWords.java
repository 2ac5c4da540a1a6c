package packetlab.report;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import packetlab.event.WsEvent;
import packetlab.message.WsRule;

/** What a broken rule looks like in words, with the packet or the side as its subject. */
final class RuleWords {
    /** Told when a frame's header or a part of its payload is there, before the frame itself is complete. */
    private static final Set<WsRule> ABOUT_NEXT_FRAME = EnumSet.of(WsRule.CLIENT_MASKED, WsRule.SERVER_UNMASKED,
            WsRule.RESERVED_BITS, WsRule.RESERVED_OPCODE, WsRule.LENGTH_MINIMAL, WsRule.LENGTH_TOP_BIT,
            WsRule.CONTROL_FRAGMENTED, WsRule.CONTROL_LENGTH, WsRule.CONTINUATION_START, WsRule.MESSAGE_NESTED,
            WsRule.RSV1_CONTROL, WsRule.RSV1_CONTINUATION, WsRule.TEXT_UTF8, WsRule.DATA_AFTER_CLOSE,
            WsRule.CLOSE_AGAIN, WsRule.MASK_ZERO, WsRule.MASK_REPEATED);

    /** A line that tells the frame shows all that the finding's detail says. */
    private static final Set<WsRule> SHOWN_BY_FRAME = EnumSet.copyOf(ABOUT_NEXT_FRAME);
    private static final Set<WsRule> ABOUT_REQUEST = EnumSet.range(WsRule.REQUEST_METHOD, WsRule.REQUEST_DEFLATE);
    private static final Set<WsRule> ABOUT_RESPONSE = EnumSet.range(WsRule.RESPONSE_UPGRADE, WsRule.VERSIONS_NAMED);
    private static final Set<WsRule> ABOUT_SIDE = EnumSet.of(WsRule.DATA_BEFORE_RESPONSE, WsRule.CLOSE_ANSWERED,
            WsRule.ENDED_WITH_CLOSE, WsRule.PING_ANSWERED, WsRule.CROSS_SITE);

    private static final Map<WsRule, String> WORDS = new EnumMap<>(WsRule.class);
    private static final Map<String, WsRule> BY_ID = new HashMap<>();

    static {
        SHOWN_BY_FRAME.removeAll(EnumSet.of(WsRule.TEXT_UTF8, WsRule.MASK_REPEATED));
        WORDS.put(WsRule.REQUEST_METHOD, "has a method that is not GET");
        WORDS.put(WsRule.REQUEST_HTTP_VERSION, "is of an HTTP version before 1.1");
        WORDS.put(WsRule.REQUEST_TARGET, "has a target that is neither a path nor an absolute URI, or has a fragment");
        WORDS.put(WsRule.REQUEST_HOST, "has not exactly one Host field");
        WORDS.put(WsRule.REQUEST_UPGRADE, "has no Upgrade field that names websocket");
        WORDS.put(WsRule.REQUEST_CONNECTION, "has no Connection field that names Upgrade");
        WORDS.put(WsRule.REQUEST_KEY, "has not exactly one Sec-WebSocket-Key of 16 octets in base64");
        WORDS.put(WsRule.REQUEST_VERSION, "has not exactly one Sec-WebSocket-Version of 13");
        WORDS.put(WsRule.REQUEST_SUBPROTOCOLS, "offers subprotocols that are no tokens or are repeated");
        WORDS.put(WsRule.REQUEST_EXTENSIONS, "offers extensions against the grammar");
        WORDS.put(WsRule.REQUEST_DEFLATE, "offers permessage-deflate with wrong parameters");
        WORDS.put(WsRule.DATA_BEFORE_RESPONSE, "sent data before the response was there");
        WORDS.put(WsRule.RESPONSE_UPGRADE, "has no Upgrade field that is websocket");
        WORDS.put(WsRule.RESPONSE_CONNECTION, "has no Connection field that names Upgrade");
        WORDS.put(WsRule.RESPONSE_ACCEPT, "has no Sec-WebSocket-Accept that answers the key");
        WORDS.put(WsRule.RESPONSE_SUBPROTOCOL, "takes a subprotocol that was not offered");
        WORDS.put(WsRule.RESPONSE_EXTENSIONS, "takes extensions against the grammar");
        WORDS.put(WsRule.RESPONSE_EXTENSION_OFFERED, "takes an extension that was not offered");
        WORDS.put(WsRule.RESPONSE_DEFLATE, "takes permessage-deflate with parameters that are wrong or not offered");
        WORDS.put(WsRule.REQUEST_FAULT_ACCEPTED, "answers a faulty request with 101");
        WORDS.put(WsRule.VERSIONS_NAMED, "is a 426 that does not name the versions the server knows");
        WORDS.put(WsRule.CLIENT_MASKED, "is not masked");
        WORDS.put(WsRule.SERVER_UNMASKED, "is masked");
        WORDS.put(WsRule.RESERVED_BITS, "has RSV bits that no extension gives a meaning");
        WORDS.put(WsRule.RESERVED_OPCODE, "has a reserved opcode");
        WORDS.put(WsRule.LENGTH_MINIMAL, "has a length that is not in the shortest form");
        WORDS.put(WsRule.LENGTH_TOP_BIT, "has a length with the top bit set");
        WORDS.put(WsRule.CONTROL_FRAGMENTED, "is a fragmented control frame");
        WORDS.put(WsRule.CONTROL_LENGTH, "is a control frame of more than 125 octets");
        WORDS.put(WsRule.CONTINUATION_START, "continues a message that was never begun");
        WORDS.put(WsRule.MESSAGE_NESTED, "begins a message inside another one");
        WORDS.put(WsRule.RSV1_CONTROL, "is a control frame with RSV1");
        WORDS.put(WsRule.RSV1_CONTINUATION, "is a continuation with RSV1");
        WORDS.put(WsRule.TEXT_UTF8, "has text that is not UTF-8");
        WORDS.put(WsRule.INFLATE, "has compressed data that cannot be inflated");
        WORDS.put(WsRule.CLOSE_BODY, "is a close frame with a body of one octet");
        WORDS.put(WsRule.CLOSE_CODE, "closes with a code that must not be on the wire");
        WORDS.put(WsRule.CLOSE_REASON_UTF8, "closes with a reason that is not UTF-8");
        WORDS.put(WsRule.DATA_AFTER_CLOSE, "is data after a close frame");
        WORDS.put(WsRule.CLOSE_ANSWERED, "ended without an answer to a close frame");
        WORDS.put(WsRule.ENDED_WITH_CLOSE, "ended the connection without a close frame");
        WORDS.put(WsRule.CLOSE_AGAIN, "is a second close frame");
        WORDS.put(WsRule.PING_ANSWERED, "left a ping without an answer");
        WORDS.put(WsRule.UNSOLICITED_PONG, "is a pong that answers no ping");
        WORDS.put(WsRule.MASK_ZERO, "has a masking key of 0");
        WORDS.put(WsRule.MASK_REPEATED, "has the masking key of the frame before");
        WORDS.put(WsRule.CROSS_SITE, "opened the connection from a page of another site");
        WORDS.put(WsRule.INFLATED_SIZE, "inflates to more than the limit");
        for (WsRule rule : WsRule.values()) {
            BY_ID.put(rule.id(), rule);
        }
    }

    private RuleWords() {}

    /** The rule of that id; null for one that is not known here. */
    static WsRule rule(String id) {
        return BY_ID.get(id);
    }

    /** Such as {@code is not masked}. */
    static String of(String id) {
        String words = WORDS.get(BY_ID.get(id));
        return words != null ? words : "breaks the rule " + id;
    }

    /**
     * A whole sentence without its full stop and without the section.
     *
     * @param frameShown whether the frame that it is about is told, too
     */
    static void say(Cell cell, WsEvent.Finding finding, boolean frameShown) {
        WsRule rule = BY_ID.get(finding.rule());
        subject(cell, finding, rule);
        if (finding.from() == null && rule == WsRule.ENDED_WITH_CLOSE) {
            cell.add("ended without a close frame");
        } else {
            cell.text(of(finding.rule()));
        }
        if (finding.detail() != null && !(frameShown && rule != null && SHOWN_BY_FRAME.contains(rule))) {
            cell.add(": ").text(finding.detail());
        }
    }

    private static void subject(Cell cell, WsEvent.Finding finding, WsRule rule) {
        if (finding.from() == null) {
            cell.add("the connection ");
        } else if (rule == null || finding.frame() == 0 || ABOUT_SIDE.contains(rule)) {
            cell.add("the ").add(finding.from().wireName()).add(" ");
        } else {
            cell.add(ABOUT_REQUEST.contains(rule) ? "the request in frame " : ABOUT_RESPONSE.contains(rule)
                    ? "the response in frame " : "frame ").plain(finding.frame());
            cell.add(" from the ").add(finding.from().wireName()).add(" ");
        }
    }

    /** Whether the frame that the finding is about is told after it. */
    static boolean aboutNextFrame(WsEvent.Finding finding) {
        WsRule rule = BY_ID.get(finding.rule());
        return rule != null && ABOUT_NEXT_FRAME.contains(rule);
    }

    /** {@code RFC 6455 §5.1}; a section that names its RFC keeps it. */
    static String section(String section, Glyphs glyphs) {
        String rfc = "6455";
        String number = section;
        if (section.startsWith("RFC ")) {
            int space = section.indexOf(' ', 4);
            rfc = space < 0 ? section.substring(4) : section.substring(4, space);
            number = space < 0 ? "" : section.substring(space + 1);
        }
        return number.isEmpty() ? "RFC " + rfc : "RFC " + rfc + " " + glyphs.section + number;
    }
}
