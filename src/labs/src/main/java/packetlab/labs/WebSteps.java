package packetlab.labs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import packetlab.event.Side;
import packetlab.message.Compression;
import packetlab.message.Extension;
import packetlab.message.OpeningHandshake;
import packetlab.os.Wire;

/** Reads the steps of HTTP and WebSocket, and makes the octets that they put on the wire. */
final class WebSteps {
    private static final int MAX_FRAMES = 64, MAX_FIELDS = 40;
    private static final Map<Integer, String> REASONS = Map.ofEntries(Map.entry(101, "Switching Protocols"), Map.entry(200, "OK"),
            Map.entry(201, "Created"), Map.entry(204, "No Content"), Map.entry(301, "Moved Permanently"), Map.entry(302, "Found"),
            Map.entry(304, "Not Modified"), Map.entry(400, "Bad Request"), Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"), Map.entry(404, "Not Found"), Map.entry(426, "Upgrade Required"),
            Map.entry(429, "Too Many Requests"), Map.entry(500, "Internal Server Error"), Map.entry(503, "Service Unavailable"));

    /** Fields of a head in their order: one that is named again takes the place of the first. */
    private static final class Fields {
        private final Map<String, String> lines = new java.util.LinkedHashMap<>();

        Fields with(String field) {
            lines.put(field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT), field);
            return this;
        }

        byte[] head(String first, byte[] body) {
            byte[] head = (first + "\r\n" + String.join("\r\n", lines.values()) + (lines.isEmpty() ? "\r\n" : "\r\n\r\n"))
                    .getBytes(StandardCharsets.UTF_8);
            byte[] whole = java.util.Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, whole, head.length, body.length);
            return whole;
        }
    }

    private final StepReader actors;
    /** Of ends whose WebSocket has agreed on permessage-deflate. */
    private final Map<String, MessageDeflate> compressors = new TreeMap<>();
    private int masks;

    WebSteps(StepReader actors) {
        this.actors = actors;
    }

    private Step.Say say(Line line, String end, List<byte[]> parts) {
        return new Step.Say(line.number(), parts.stream().map(octets -> new Step.Said(end, octets)).toList());
    }

    /** A request or an answer, RFC 9112. */
    Step http(Line line) throws LabSyntaxException {
        String end = actors.stream(line);
        Fields fields = new Fields();
        String first;
        int status = 0;
        if (actors.isClient(end)) {
            String method = line.name("a method, such as GET");
            first = method + " " + target(line) + " HTTP/1.1";
            fields.with(host(end));
        } else {
            status = status(line);
            first = statusLine(status);
        }
        List<String> given = new ArrayList<>();
        while (line.nextIsQuoted()) {
            given.add(field(line));
            if (given.size() > MAX_FIELDS) {
                throw line.expected("no more than " + MAX_FIELDS + " fields");
            }
        }
        given.forEach(fields::with);
        byte[] body = new byte[0];
        boolean hasBody = line.takes("body");
        if (hasBody) {
            body = StepReader.data(line);
        }
        if (hasBody || status >= 200 && status != 204 && status != 304) {
            fields.with("Content-Length: " + body.length);
        }
        return say(line, end, List.of(fields.head(first, body)));
    }

    private String host(String client) {
        return "Host: " + Wire.FAR_ADDRESS + ":" + actors.serverPort(client);
    }

    private static String target(Line line) throws LabSyntaxException {
        String target = line.text("the target, such as \"/chat\"");
        if (!target.matches("/[!-~]{0,400}")) {
            throw new LabSyntaxException(line.source(), line.number(), "a target that begins with '/'", target);
        }
        return target;
    }

    private static int status(Line line) throws LabSyntaxException {
        return (int) line.number("a status", 100, 599);
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Other");
    }

    private static String field(Line line) throws LabSyntaxException {
        String field = line.text("a field, such as \"Origin: http://a.example\"");
        if (!field.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}: ?[^\\r\\n]{0,1000}")) {
            throw new LabSyntaxException(line.source(), line.number(), "a field, such as \"Origin: http://a.example\"", field);
        }
        return field;
    }

    /** The opening handshake, RFC 6455 section 4, both sides of it. */
    Step open(Line line) throws LabSyntaxException {
        int at = line.number();
        String client = actors.client(line);
        String target = target(line);
        byte[] nonce = (line.takes("key") ? line.text("16 characters") : "0123456789abcdef").getBytes(StandardCharsets.UTF_8);
        if (nonce.length != 16) {
            throw new LabSyntaxException(line.source(), at, "a key of 16 octets", nonce.length + " octets");
        }
        String key = Base64.getEncoder().encodeToString(nonce);
        // What else there is to break is broken later.
        boolean wrong = line.takes("breaking") && rule(line).equals(WsFrames.RESPONSE_ACCEPT);
        Fields request = new Fields().with(host(client)).with("Upgrade: websocket").with("Connection: Upgrade")
                .with("Sec-WebSocket-Key: " + key).with("Sec-WebSocket-Version: 13");
        while (line.takes("request")) {
            request.with(field(line));
        }
        int status = line.takes("answered") ? status(line) : 101;
        Fields response = new Fields();
        if (status == 101) {
            response.with("Upgrade: websocket").with("Connection: Upgrade")
                    .with("Sec-WebSocket-Accept: " + OpeningHandshake.accept(wrong ? key.replace("=", "") + "A=" : key));
        }
        while (line.takes("response")) {
            String field = field(line);
            response.with(field);
            if (field.toLowerCase(Locale.ROOT).startsWith("sec-websocket-extensions:")) {
                compression(client, Compression.agreed(Extension.parse(field.substring(field.indexOf(':') + 1).strip()).extensions()));
            }
        }
        if (status != 101) {
            response.with("Content-Length: 0");
        }
        return new Step.Say(at, List.of(new Step.Said(client, request.head("GET " + target + " HTTP/1.1", new byte[0])),
                new Step.Said(actors.peer(client), response.head(statusLine(status), new byte[0]))));
    }

    private void compression(String client, Compression agreed) {
        if (agreed.kind() == Compression.Kind.PER_MESSAGE) {
            compressors.put(client, new MessageDeflate(agreed.takeover(Side.CLIENT), agreed.windowBits(Side.CLIENT)));
            compressors.put(actors.peer(client), new MessageDeflate(agreed.takeover(Side.SERVER), agreed.windowBits(Side.SERVER)));
        }
    }

    /** A message or a control frame. */
    Step frames(Line line) throws LabSyntaxException {
        String end = actors.stream(line);
        WsFrames make = new WsFrames(actors.isClient(end), () -> 0x5EED_0001 + 0x01F3_5B07 * ++masks);
        if (line.takes("break")) {
            return say(line, end, make.breaking(rule(line), line.nextIsQuoted() ? line.text("a text") : ""));
        }
        boolean text = line.takes("text");
        if (text || line.takes("binary")) {
            return say(line, end, message(line, end, make, text));
        }
        for (String control : List.of("ping", "pong")) {
            if (line.takes(control)) {
                byte[] data = StepReader.data(line);
                if (data.length > 125) {
                    throw line.expected("at most 125 octets");
                }
                return say(line, end, List.of(make.control(control.equals("ping") ? 9 : 10, data)));
            }
        }
        line.require("close");
        int code = (int) line.number("a close code", 0, 65_535);
        byte[] reason = line.nextIsQuoted() ? line.text("the reason").getBytes(StandardCharsets.UTF_8) : new byte[0];
        byte[] body = code == 0 ? new byte[0] : new byte[2 + Math.min(reason.length, 123)];
        if (code != 0) {
            body[0] = (byte) (code >> 8);
            body[1] = (byte) code;
            System.arraycopy(reason, 0, body, 2, body.length - 2);
        }
        return say(line, end, List.of(make.control(8, body)));
    }

    private static String rule(Line line) throws LabSyntaxException {
        String rules = "the rule to break: " + String.join(", ", WsFrames.RULES);
        String rule = line.name(rules);
        if (!WsFrames.RULES.contains(rule)) {
            throw new LabSyntaxException(line.source(), line.number(), rules, rule);
        }
        return rule;
    }

    private List<byte[]> message(Line line, String end, WsFrames make, boolean text) throws LabSyntaxException {
        byte[] data = StepReader.data(line);
        int frames = 1;
        if (line.takes("in")) {
            frames = (int) line.number("frames", 1, MAX_FRAMES);
            line.require("frames");
        }
        if (!line.takes("compressed")) {
            return make.message(text, data, frames, false);
        }
        MessageDeflate compressor = compressors.get(end);
        if (compressor == null) {
            throw new LabSyntaxException(line.source(), line.number(), "a ws-open before whose response has"
                    + " \"Sec-WebSocket-Extensions: permessage-deflate\"", "compressed");
        }
        return make.message(text, compressor.compress(data), frames, true);
    }
}
