package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import packetlab.event.HttpEvent;
import packetlab.event.Side;
import packetlab.message.HttpHead;
import packetlab.message.MessageLimits;

/**
 * HTTP/1.1 heads and bodies. The first octet chooses: the rest is what the client sends, with its length in front, and
 * what the server answers; or the rest describes valid messages, all of which must be found, with all of their bodies.
 */
public final class HttpTarget {
    private static final MessageLimits LIMITS = MessageLimits.DEFAULT.with("http-header-size", 1 << 14);
    /** Segments shorter than this are never taken for the beginning of a message behind one that was given up. */
    private static final int SHORT = 15;

    private HttpTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int how = in.u8();
        if ((how & 1) == 0) {
            anything(in, how);
        } else {
            valid(in, how);
        }
        effort.wasWorth(input.length);
    }

    private static void anything(Input in, int how) {
        byte[] client = in.take(in.u16());
        byte[] server = in.rest();
        head(client);
        head(server);
        List<Record> whole = read(client, server, 0, 0);
        List<Record> pieces = read(client, server, SHORT, how);
        // In pieces a stream that was lost stays lost, and the other goes on; as far as each goes they agree.
        agree(HttpEvent.Request.class, whole, pieces);
        agree(HttpEvent.Response.class, whole, pieces);
    }

    private static void agree(Class<? extends HttpEvent> kind, List<Record> whole, List<Record> pieces) {
        List<Record> expected = whole.stream().filter(kind::isInstance).toList();
        List<Record> found = pieces.stream().filter(kind::isInstance).toList();
        Records.same(expected.subList(0, Math.min(expected.size(), found.size())), found, "in pieces");
    }

    private static List<Record> read(byte[] client, byte[] server, int longest, int seed) {
        Told told = new Told();
        try (OneStream stream = new OneStream(told, LIMITS)) {
            if (longest == 0) {
                stream.send(Side.CLIENT, client);
                stream.send(Side.SERVER, server);
            } else {
                stream.sendInPieces(Side.CLIENT, client, longest, seed);
                stream.sendInPieces(Side.SERVER, server, longest, seed);
            }
            stream.end();
            Check.that(stream.counters().httpBodyBytes() <= client.length + server.length, "bodies are part of it");
        }
        return told.events.stream().filter(HttpEvent.class::isInstance).toList();
    }

    /** Reads a head by itself, also in the middle of other octets. */
    private static void head(byte[] a) {
        HttpHead head = new HttpHead();
        int end = head.parse(a, 0, a.length);
        byte[] among = new byte[a.length + 20];
        java.util.Arrays.fill(among, (byte) '\n');
        System.arraycopy(a, 0, among, 10, a.length);
        HttpHead other = new HttpHead();
        int otherEnd = other.parse(among, 10, 10 + a.length);
        Check.equal(end, otherEnd < 0 ? otherEnd : otherEnd - 10, "end of the head among other octets");
        if (end < 0) {
            return;
        }
        Check.that(end <= a.length, "end of the head");
        Check.equal(head.kind(), other.kind(), "kind");
        Check.equal(head.headers(), other.headers(), "fields");
        if (head.kind() == HttpHead.Kind.REQUEST) {
            Check.equal(head.method() + head.target(), other.method() + other.target(), "request line");
        }
        long size = 0;
        for (HttpEvent.Header header : head.headers()) {
            size += header.name().length() + header.value().length();
            Check.that(!header.name().isEmpty() && header.value().indexOf('\n') < 0, "field " + header);
        }
        Check.that(size <= end, "fields are part of the head");
        for (HttpHead.Field field : HttpHead.Field.values()) {
            if (field != HttpHead.Field.OTHER) {
                Check.equal(head.has(field), head.count(field) > 0, "has " + field);
                Check.equal(head.has(field), head.list(field) != null, "list of " + field);
            }
        }
    }

    /** Requests and responses as the input wants them, each with a body framed one way or another. */
    private static void valid(Input in, int how) {
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        ByteArrayOutputStream server = new ByteArrayOutputStream();
        long bodies = 0;
        int exchanges = 0;
        while (in.more() && exchanges < 100) {
            exchanges++;
            int shape = in.u8();
            boolean headOnly = (shape & 3) == 3;
            text(client, (headOnly ? "HEAD" : "POST") + " /" + token(in) + " HTTP/1.1\r\n");
            fields(client, in, shape >> 2);
            bodies += body(client, in, headOnly ? 2 : shape >> 3, false);
            int status = headOnly ? 200 : new int[] {200, 404, 204, 304}[shape >> 6 & 3];
            if ((shape & 32) != 0) {
                text(server, "HTTP/1.1 100 Continue\r\n\r\n");
            }
            text(server, "HTTP/1.1 " + status + " " + token(in) + "\r\n");
            fields(server, in, shape >> 4);
            boolean none = headOnly || status == 204 || status == 304;
            bodies += body(server, in, shape >> 5, none);
        }
        for (int longest = 0; longest <= 40; longest += 40) {
            Told told = new Told();
            try (OneStream stream = new OneStream(told, LIMITS)) {
                if (longest == 0) {
                    stream.send(Side.CLIENT, client.toByteArray());
                    stream.send(Side.SERVER, server.toByteArray());
                } else {
                    stream.sendInPieces(Side.CLIENT, client.toByteArray(), longest, how);
                    stream.sendInPieces(Side.SERVER, server.toByteArray(), longest, how);
                }
                stream.end();
                Check.equal(exchanges, told.of(HttpEvent.Request.class).size(), "requests");
                Check.equal(exchanges, told.of(HttpEvent.Response.class).stream().filter(r -> r.status() >= 200)
                        .count(), "final responses");
                Check.equal(bodies, stream.counters().httpBodyBytes(), "octets of bodies");
                wholeMessages(told, Side.CLIENT, client.size());
                wholeMessages(told, Side.SERVER, server.size());
            }
        }
    }

    /** Each head is followed by its message, and heads and bodies are all that was sent. */
    private static void wholeMessages(Told told, Side from, long sent) {
        long heads = told.events.stream().filter(e -> e instanceof HttpEvent.Head h && h.from() == from).count();
        List<HttpEvent.Message> messages = told.of(HttpEvent.Message.class).stream().filter(m -> m.from() == from).toList();
        Check.equal(heads, (long) messages.size(), "messages");
        long octets = 0;
        for (HttpEvent.Message m : messages) {
            Check.that(m.complete() && m.length() <= m.wireLength(), "message " + m);
            octets += m.headLength() + m.wireLength();
        }
        Check.equal(sent, octets, "octets of messages");
    }

    private static void fields(ByteArrayOutputStream out, Input in, int shape) {
        for (int i = 0; i < (shape & 3); i++) {
            text(out, token(in) + ((shape & 4) != 0 ? ": " : ":\t ") + token(in) + ((shape & 8) != 0 ? "\r\n" : "\n"));
        }
    }

    /** Adds the fields that frame a body and the body itself, unless the message has {@code none}, and counts that. */
    private static int body(ByteArrayOutputStream out, Input in, int shape, boolean none) {
        byte[] content = in.take(in.u8());
        if ((shape & 1) == 0) {
            text(out, "Content-Length: " + content.length + "\r\n\r\n");
            if (!none) {
                out.writeBytes(content);
            }
            return none ? 0 : content.length;
        }
        text(out, "Transfer-Encoding: " + ((shape & 2) != 0 ? "gzip, " : "") + "chunked\r\n\r\n");
        if (none) {
            return 0;
        }
        int step = 1 + in.u8() % 32;
        for (int at = 0; at < content.length; at += step) {
            int n = Math.min(step, content.length - at);
            text(out, Integer.toHexString(n) + ((shape & 2) != 0 ? ";x=" + token(in) : "") + "\r\n");
            out.write(content, at, n);
            text(out, "\r\n");
        }
        text(out, "000\r\n" + ((shape & 1) != 0 ? "T: " + token(in) + "\r\n" : "") + "\r\n");
        return content.length;
    }

    private static String token(Input in) {
        int length = 1 + in.u8() % 12;
        StringBuilder token = new StringBuilder("x");
        for (int i = 0; i < length; i++) {
            token.append((char) ('a' + in.u8() % 26));
        }
        return token.toString();
    }

    private static void text(ByteArrayOutputStream out, String s) {
        out.writeBytes(s.getBytes(StandardCharsets.ISO_8859_1));
    }
}
