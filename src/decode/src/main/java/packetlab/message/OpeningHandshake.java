package packetlab.message;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import packetlab.message.Extension.Parsed;
import packetlab.message.HttpHead.Field;

/**
 * The opening handshake, RFC 6455 sections 4.1 and 4.2, and what RFC 7692 section 7.1 adds: judges requests and
 * responses for a watcher and for a server, and writes a server's responses. One thread.
 */
public final class OpeningHandshake {
    /** Rules that every opening request gives occasion to check. */
    static final long REQUEST_RULES = WsRule.REQUEST_METHOD.bit() | WsRule.REQUEST_HTTP_VERSION.bit()
            | WsRule.REQUEST_TARGET.bit() | WsRule.REQUEST_HOST.bit() | WsRule.REQUEST_UPGRADE.bit()
            | WsRule.REQUEST_CONNECTION.bit() | WsRule.REQUEST_KEY.bit() | WsRule.REQUEST_VERSION.bit();
    private static final long RESPONSE_RULES = WsRule.RESPONSE_UPGRADE.bit() | WsRule.RESPONSE_CONNECTION.bit();

    private static final Word WEBSOCKET = new Word("websocket");
    private static final Word UPGRADE = new Word("upgrade");
    private static final byte[] GUID = ascii("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    private static final int KEY_LENGTH = 24, ACCEPT_LENGTH = 28, SHA1_LENGTH = 20;
    private static final byte[] ALPHABET = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    private static final boolean[] BASE64 = new boolean[256];

    static {
        for (byte letter : ALPHABET) {
            BASE64[letter] = true;
        }
    }

    /** Null until a key is answered: finding it takes 15 ms. */
    private MessageDigest sha1;
    private final byte[] digest = new byte[SHA1_LENGTH];
    private final LastParsed offers = new LastParsed();
    private final LastParsed answers = new LastParsed();
    private long checked;

    /** Whether the request wants to open a WebSocket, rightly or not. */
    public static boolean asksForWebSocket(HttpHead request) {
        return request.has(Field.KEY) || request.has(Field.VERSION) || request.hasToken(Field.UPGRADE, WEBSOCKET);
    }

    /** Whether a 101 switches to WebSocket, rightly or not. */
    static boolean switchesToWebSocket(HttpHead response) {
        return response.has(Field.ACCEPT) || response.hasToken(Field.UPGRADE, WEBSOCKET);
    }

    /** Which rules the last request or response gave occasion to check. */
    public long checked() {
        return checked;
    }

    /** The rules that an opening request breaks. */
    public long checkRequest(HttpHead request) {
        checked = REQUEST_RULES;
        long broken = request.methodIs("GET") ? 0 : WsRule.REQUEST_METHOD.bit();
        broken |= request.version() >= 11 ? 0 : WsRule.REQUEST_HTTP_VERSION.bit();
        broken |= request.targetIsPlainPath() || faultOfTarget(request.target()) == null ? 0
                : WsRule.REQUEST_TARGET.bit();
        broken |= request.count(Field.HOST) == 1 ? 0 : WsRule.REQUEST_HOST.bit();
        broken |= request.hasToken(Field.UPGRADE, WEBSOCKET) ? 0 : WsRule.REQUEST_UPGRADE.bit();
        broken |= request.hasToken(Field.CONNECTION, UPGRADE) ? 0 : WsRule.REQUEST_CONNECTION.bit();
        broken |= request.count(Field.KEY) == 1 && isKey(request) ? 0 : WsRule.REQUEST_KEY.bit();
        broken |= request.count(Field.VERSION) == 1 && isThirteen(request) ? 0 : WsRule.REQUEST_VERSION.bit();
        if (request.has(Field.PROTOCOL)) {
            checked |= WsRule.REQUEST_SUBPROTOCOLS.bit();
            broken |= faultOfSubprotocols(request.list(Field.PROTOCOL)) == null ? 0 : WsRule.REQUEST_SUBPROTOCOLS.bit();
        }
        if (request.has(Field.EXTENSIONS)) {
            checked |= WsRule.REQUEST_EXTENSIONS.bit();
            Parsed offered = offers.parsed(request);
            broken |= offered.fault() == null ? 0 : WsRule.REQUEST_EXTENSIONS.bit();
            for (Extension offer : offered.extensions()) {
                if (offer.name().equals(Compression.DEFLATE)) {
                    checked |= WsRule.REQUEST_DEFLATE.bit();
                    broken |= Compression.faultOfOffer(offer) == null ? 0 : WsRule.REQUEST_DEFLATE.bit();
                }
            }
        }
        if (request.has(Field.ORIGIN) && request.has(Field.HOST)) {
            checked |= WsRule.CROSS_SITE.bit();
            broken |= sameSite(request.value(Field.ORIGIN), request.value(Field.HOST)) ? 0 : WsRule.CROSS_SITE.bit();
        }
        return broken;
    }

    /** The rules that a 101 breaks; the request is null where it was not captured. */
    public long checkResponse(HttpHead request, HttpHead response) {
        checked = RESPONSE_RULES;
        long broken = response.hasToken(Field.UPGRADE, WEBSOCKET) ? 0 : WsRule.RESPONSE_UPGRADE.bit();
        broken |= response.hasToken(Field.CONNECTION, UPGRADE) ? 0 : WsRule.RESPONSE_CONNECTION.bit();
        Parsed accepted = answers.parsed(response);
        if (response.has(Field.EXTENSIONS)) {
            checked |= WsRule.RESPONSE_EXTENSIONS.bit();
            broken |= accepted.fault() == null ? 0 : WsRule.RESPONSE_EXTENSIONS.bit();
        }
        if (request == null) {
            return broken;
        }
        checked |= WsRule.RESPONSE_ACCEPT.bit();
        broken |= response.count(Field.ACCEPT) == 1 && acceptAnswers(request, response)
                ? 0 : WsRule.RESPONSE_ACCEPT.bit();
        if (response.has(Field.PROTOCOL)) {
            checked |= WsRule.RESPONSE_SUBPROTOCOL.bit();
            broken |= subprotocols(request.list(Field.PROTOCOL)).contains(response.list(Field.PROTOCOL))
                    ? 0 : WsRule.RESPONSE_SUBPROTOCOL.bit();
        }
        if (!accepted.extensions().isEmpty()) {
            checked |= WsRule.RESPONSE_EXTENSION_OFFERED.bit();
            List<Extension> offered = offers.parsed(request).extensions();
            broken |= notOffered(accepted.extensions(), offered) == null ? 0 : WsRule.RESPONSE_EXTENSION_OFFERED.bit();
            for (Extension e : deflates(accepted.extensions())) {
                checked |= WsRule.RESPONSE_DEFLATE.bit();
                broken |= Compression.faultOfResponse(e, deflates(offered)) == null ? 0 : WsRule.RESPONSE_DEFLATE.bit();
            }
        }
        return broken;
    }

    /** What a 101 agreed on for compression. */
    public Compression compression(HttpHead response) {
        return Compression.agreed(answers.parsed(response).extensions());
    }

    /** The extensions that a request offers or a 101 accepts, as far as they can be understood. */
    public List<Extension> extensions(HttpHead head) {
        return (head.kind() == HttpHead.Kind.REQUEST ? offers : answers).parsed(head).extensions();
    }

    /** Whether a 101 accepts an extension that is not known here. */
    boolean hasUnknownExtension(HttpHead response) {
        for (Extension e : answers.parsed(response).extensions()) {
            if (!e.name().equals(Compression.DEFLATE) && !e.name().equals(Compression.WEBKIT)) {
                return true;
            }
        }
        return false;
    }

    /** Whether Sec-WebSocket-Accept is what the request's key asks for. */
    public boolean acceptAnswers(HttpHead request, HttpHead response) {
        int at = response.valueStart(Field.ACCEPT);
        if (response.valueLength(Field.ACCEPT) != ACCEPT_LENGTH || !request.has(Field.KEY)) {
            return false;
        }
        if (sha1 == null) {
            sha1 = sha1();
        }
        sha1.update(request.bytes(), request.valueStart(Field.KEY), request.valueLength(Field.KEY));
        sha1.update(GUID);
        try {
            sha1.digest(digest, 0, SHA1_LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-1 has 20 octets", e);
        }
        return isBase64(digest, response.bytes(), at);
    }

    /** Whether the 28 octets at {@code at} are the base64 of these 20. */
    private static boolean isBase64(byte[] twenty, byte[] a, int at) {
        int wrong = a[at + ACCEPT_LENGTH - 1] ^ '=';
        for (int i = 0, j = at; i < SHA1_LENGTH; i += 3, j += 4) {
            boolean last = i + 2 == SHA1_LENGTH;
            int bits = (twenty[i] & 0xFF) << 16 | (twenty[i + 1] & 0xFF) << 8 | (last ? 0 : twenty[i + 2] & 0xFF);
            wrong |= a[j] ^ ALPHABET[bits >> 18] | a[j + 1] ^ ALPHABET[bits >> 12 & 63]
                    | a[j + 2] ^ ALPHABET[bits >> 6 & 63] | (last ? 0 : a[j + 3] ^ ALPHABET[bits & 63]);
        }
        return wrong == 0;
    }

    /** The Sec-WebSocket-Accept for a key, RFC 6455 section 4.2.2. */
    public static String accept(String key) {
        MessageDigest digest = sha1();
        digest.update(key.getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest.digest(GUID));
    }

    /** What is wrong, for people: of a rule that {@code head} breaks, where {@code request} is what it answers. */
    public String detail(WsRule rule, HttpHead request, HttpHead head) {
        switch (rule) {
            case REQUEST_METHOD:
                return "the method is " + head.method();
            case REQUEST_HTTP_VERSION:
                return "HTTP/" + head.version() / 10 + "." + head.version() % 10;
            case REQUEST_TARGET:
                return faultOfTarget(head.target());
            case REQUEST_HOST:
                return many("Host", head.count(Field.HOST), head.value(Field.HOST));
            case REQUEST_UPGRADE:
            case RESPONSE_UPGRADE:
                return shown("Upgrade", head.list(Field.UPGRADE));
            case REQUEST_CONNECTION:
            case RESPONSE_CONNECTION:
                return shown("Connection", head.list(Field.CONNECTION));
            case REQUEST_KEY:
                return many("Sec-WebSocket-Key", head.count(Field.KEY), head.value(Field.KEY));
            case REQUEST_VERSION:
                return many("Sec-WebSocket-Version", head.count(Field.VERSION), head.value(Field.VERSION));
            case REQUEST_SUBPROTOCOLS:
                return faultOfSubprotocols(head.list(Field.PROTOCOL));
            case REQUEST_EXTENSIONS:
            case RESPONSE_EXTENSIONS:
                return Extension.parse(head.list(Field.EXTENSIONS)).fault();
            case REQUEST_DEFLATE:
                return extensions(head).stream().filter(e -> e.name().equals(Compression.DEFLATE))
                        .map(Compression::faultOfOffer).filter(f -> f != null).findFirst().orElse(null);
            case RESPONSE_ACCEPT:
                return request.has(Field.KEY) && head.count(Field.ACCEPT) <= 1
                        ? shown("Sec-WebSocket-Accept", head.value(Field.ACCEPT)) + ", not "
                                + accept(request.value(Field.KEY))
                        : many("Sec-WebSocket-Accept", head.count(Field.ACCEPT), head.value(Field.ACCEPT));
            case RESPONSE_SUBPROTOCOL:
                return head.list(Field.PROTOCOL) + ", offered: "
                        + (request.has(Field.PROTOCOL) ? request.list(Field.PROTOCOL) : "none");
            case RESPONSE_EXTENSION_OFFERED:
                return notOffered(extensions(head), extensions(request));
            case RESPONSE_DEFLATE:
                List<Extension> offered = deflates(extensions(request));
                return deflates(extensions(head)).stream().map(e -> Compression.faultOfResponse(e, offered))
                        .filter(f -> f != null).findFirst().orElse(null);
            case CROSS_SITE:
                return "Origin is " + head.value(Field.ORIGIN) + ", Host is " + head.value(Field.HOST);
            default:
                return null;
        }
    }

    private static String shown(String name, String value) {
        return value == null ? "there is no " + name : name + " is " + value;
    }

    private static String many(String name, int count, String first) {
        return count > 1 ? name + " stands there " + count + " times" : shown(name, first);
    }

    /** Section 3: a path or an absolute URI; "#" would begin a fragment. */
    private static String faultOfTarget(String target) {
        if (target == null || target.isEmpty()) {
            return "there is no target";
        }
        if (target.indexOf('#') >= 0) {
            return "the target " + target + " has a fragment";
        }
        boolean absolute = target.indexOf("://") > 0;
        return target.charAt(0) == '/' || absolute ? null : "the target is " + target;
    }

    private static boolean isKey(HttpHead request) {
        int at = request.valueStart(Field.KEY);
        if (request.valueLength(Field.KEY) != KEY_LENGTH) {
            return false;
        }
        byte[] a = request.bytes();
        for (int i = 0; i < KEY_LENGTH - 2; i++) {
            if (!BASE64[a[at + i] & 0xFF]) {
                return false;
            }
        }
        return a[at + KEY_LENGTH - 2] == '=' && a[at + KEY_LENGTH - 1] == '=';
    }

    private static boolean isThirteen(HttpHead request) {
        int at = request.valueStart(Field.VERSION);
        return request.valueLength(Field.VERSION) == 2 && request.bytes()[at] == '1' && request.bytes()[at + 1] == '3';
    }

    private static String faultOfSubprotocols(String list) {
        Set<String> seen = new HashSet<>();
        for (String one : list.split(",", -1)) {
            String name = one.trim();
            if (!Extension.isToken(name)) {
                return name.isEmpty() ? "an empty name in: " + list : name + " is not a token";
            }
            if (!seen.add(name)) {
                return name + " is offered twice";
            }
        }
        return null;
    }

    private static List<String> subprotocols(String list) {
        return list == null ? List.of() : Arrays.stream(list.split(",")).map(String::trim).toList();
    }

    /** Those that are permessage-deflate; the same thing said often is one, so that each can be held to each. */
    private static List<Extension> deflates(List<Extension> all) {
        return all.stream().filter(e -> e.name().equals(Compression.DEFLATE)).distinct().toList();
    }

    private static String notOffered(List<Extension> accepted, List<Extension> offered) {
        Set<String> names = offered.stream().map(Extension::name).collect(Collectors.toSet());
        for (Extension e : accepted) {
            if (!names.contains(e.name())) {
                return e.name() + " was not offered";
            }
        }
        return null;
    }

    /**
     * Whether an Origin such as {@code https://example.com:8443} and a Host field name one host, or one of them a
     * subdomain of the other. Which other hosts belong to one site only a list of public suffixes could tell.
     */
    private static boolean sameSite(String origin, String host) {
        int at = origin.indexOf("://");
        if (at <= 0) {
            return false;
        }
        String a = hostOf(origin.substring(at + 3)).toLowerCase(Locale.ROOT);
        String b = hostOf(host).toLowerCase(Locale.ROOT);
        return a.equals(b) || a.endsWith("." + b) || b.endsWith("." + a);
    }

    private static String hostOf(String authority) {
        int close = authority.indexOf(']');
        int colon = authority.indexOf(':', close + 1);
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    /**
     * A server's 101.
     *
     * @param subprotocol one that was offered, or null
     * @param extensions  value of Sec-WebSocket-Extensions, or null
     */
    public static byte[] accepted(HttpHead request, String subprotocol, String extensions) {
        return ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(request.value(Field.KEY)) + "\r\n"
                + (subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                + (extensions == null ? "" : "Sec-WebSocket-Extensions: " + extensions + "\r\n") + "\r\n");
    }

    /**
     * A server's answer to a request that breaks these rules: 426 with the known version where only that is wrong
     * (section 4.4), else 400 with what is wrong in the body.
     */
    public static byte[] refused(long broken) {
        boolean version = WsRule.violations(broken) == WsRule.REQUEST_VERSION.bit();
        StringBuilder body = new StringBuilder();
        for (WsRule rule : WsRule.list(WsRule.violations(broken))) {
            body.append(rule.text()).append(" (RFC 6455 section ").append(rule.section()).append(").\n");
        }
        return ascii("HTTP/1.1 " + (version ? "426 Upgrade Required" : "400 Bad Request")
                + "\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Remembers what the last field value meant: the connections of one capture mostly offer the same. */
    private static final class LastParsed {
        private byte[] value = new byte[0];
        private Parsed parsed = Parsed.NOTHING;

        Parsed parsed(HttpHead head) {
            if (!head.has(Field.EXTENSIONS)) {
                return Parsed.NOTHING;
            }
            if (head.count(Field.EXTENSIONS) > 1) {
                return Extension.parse(head.list(Field.EXTENSIONS));
            }
            int at = head.valueStart(Field.EXTENSIONS);
            int length = head.valueLength(Field.EXTENSIONS);
            if (length == 0 || !Arrays.equals(value, 0, value.length, head.bytes(), at, at + length)) {
                value = Arrays.copyOfRange(head.bytes(), at, at + length);
                parsed = Extension.parse(head.value(Field.EXTENSIONS));
            }
            return parsed;
        }
    }
}
