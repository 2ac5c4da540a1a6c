package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import packetlab.event.Side;
import packetlab.event.WebEvent;
import packetlab.message.MessageLimits;
import packetlab.message.WebSocketWriter;

/**
 * What libraries frame inside HTTP and WebSocket. The first octet chooses which, by its URL and content type; the rest is
 * the content of a request or an answer, or messages of both sides with a length before each. Whatever it is, in pieces it
 * reads as it does whole, and no event takes more octets than were sent.
 */
public final class WebTarget {
    private static final MessageLimits LIMITS = MessageLimits.DEFAULT.with("json-depth", 20).with("pending-acks", 3)
            .with("attachments", 4).with("web-message-size", 1 << 14).with("web-sessions", 3);
    private static final String[] TARGETS = {"/events", "/p/000/s/xhr_streaming", "/p/000/s/websocket",
        "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=polling",
        "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=3&transport=websocket&sid=s", "/p/x/s/htmlfile?c=a",
        "/p/000/s/jsonp?c=a", "/p/000/s/jsonp_send", "/p/000/s/xhr_send", "/socket.io/?EIO=4&transport=polling&sid=s",
        "/socket.io/?EIO=3&transport=polling&j=1&sid=s", "/p/000/s/eventsource"};
    private static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private WebTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int how = in.u8();
        String target = TARGETS[how % TARGETS.length];
        int seed = in.u8();
        byte[] content = in.rest();
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        ByteArrayOutputStream server = new ByteArrayOutputStream();
        if (target.contains("websocket")) {
            webSocket(target, new Input(content), client, server);
        } else if (target.contains("_send") || (seed & 1) != 0 && target.contains("sid=")) {
            text(client, "POST " + target + " HTTP/1.1\r\nContent-Length: " + content.length + "\r\n\r\n");
            client.writeBytes(content);
            text(server, "HTTP/1.1 204 No Content\r\n\r\n");
        } else {
            text(client, (target.contains("xhr") ? "POST " : "GET ") + target + " HTTP/1.1\r\n\r\n");
            text(server, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " + content.length
                    + "\r\n\r\n");
            server.writeBytes(content);
        }
        List<Record> whole = read(client.toByteArray(), server.toByteArray(), 0, seed);
        Records.same(whole, read(client.toByteArray(), server.toByteArray(), 9, seed), "in pieces");
        long octets = 0;
        for (Record each : whole) {
            WebEvent e = (WebEvent) each;
            Check.that(e.wireLength() >= 0 && e.length() >= 0, "octets of " + e);
            // Two layers may tell of the same octets; attachments belong to both.
            octets += e instanceof WebEvent.SocketIo ? 0 : e.wireLength();
        }
        Check.that(octets <= 2L * content.length, octets + " octets told of " + content.length);
        effort.wasWorth(3L * input.length);
    }

    /** Both sides take turns; messages of the server may be octets, too. */
    private static void webSocket(String target, Input in, ByteArrayOutputStream client, ByteArrayOutputStream server) {
        text(client, "GET " + target + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        text(server, SWITCHED);
        while (in.more()) {
            int kind = in.u8();
            byte[] payload = in.take(in.u8());
            byte[] frame = new byte[payload.length + 4];
            int at = WebSocketWriter.putHeader(frame, 0, true, 0, (kind & 2) != 0 ? 2 : 1, payload.length, false, 0);
            System.arraycopy(payload, 0, frame, at, payload.length);
            ((kind & 1) != 0 ? client : server).write(frame, 0, at + payload.length);
        }
    }

    private static void text(ByteArrayOutputStream out, String s) {
        out.writeBytes(s.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Record> read(byte[] client, byte[] server, int longest, int seed) {
        Told told = new Told();
        try (OneStream stream = new OneStream(told, LIMITS)) {
            int request = headEnd(client);
            int response = headEnd(server);
            boolean opens = server[9] == '1';
            stream.send(Side.CLIENT, Arrays.copyOf(client, request));
            if (!opens) {
                send(stream, Side.CLIENT, client, request, longest, seed);
            }
            stream.send(Side.SERVER, Arrays.copyOf(server, response));
            send(stream, Side.SERVER, server, response, longest, seed);
            if (opens) {
                send(stream, Side.CLIENT, client, request, longest, seed);
            }
            stream.end();
        }
        return told.events.stream().filter(WebEvent.class::isInstance).toList();
    }

    private static void send(OneStream stream, Side from, byte[] all, int at, int longest, int seed) {
        byte[] rest = Arrays.copyOfRange(all, at, all.length);
        if (longest == 0) {
            stream.send(from, rest);
        } else {
            stream.sendInPieces(from, rest, longest, seed);
        }
    }

    private static int headEnd(byte[] side) {
        return new String(side, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }
}
