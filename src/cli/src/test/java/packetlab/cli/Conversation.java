package packetlab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.event.Side;
import packetlab.message.OpeningHandshake;
import packetlab.message.WebSocketWriter;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;
import packetlab.wire.PacketHandler;

/**
 * A WebSocket conversation as packets, made here octet by octet: handshake, upgrade, one text each way, closing
 * handshake, FINs; 12 packets, 1 ms apart.
 */
final class Conversation {
    static final int PACKETS = 12;
    private static final int FIN = 1, SYN = 2, PSH = 8, ACK = 16;
    private static final int SERVER_PORT = 80;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final PacketHandler to;
    private final int clientPort;
    private final int[] next = {1000, 5000};
    private long timeNs;

    private Conversation(PacketHandler to, int clientPort, long timeNs) {
        this.to = to;
        this.clientPort = clientPort;
        this.timeNs = timeNs;
    }

    /** The conversation of one connection as a pcapng capture. */
    static byte[] capture(int clientPort) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaptureWriter.Description lo = new CaptureWriter.Description("lo", LinkType.EN10MB, 0, null, null, null);
        try (CaptureWriter writer = CaptureWriter.to(out, "test", lo)) {
            new Conversation(writer, clientPort, 1_700_000_000_000_000_000L).talk();
        }
        return out.toByteArray();
    }

    private void talk() {
        WebSocketWriter client = new WebSocketWriter(Side.CLIENT);
        WebSocketWriter server = new WebSocketWriter(Side.SERVER);
        send(Side.CLIENT, SYN, "");
        send(Side.SERVER, SYN | ACK, "");
        send(Side.CLIENT, ACK, "");
        send(Side.CLIENT, ACK | PSH, "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n");
        send(Side.SERVER, ACK | PSH, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + OpeningHandshake.accept(KEY) + "\r\n\r\n");
        send(Side.CLIENT, ACK | PSH, client.text("안녕"));
        send(Side.SERVER, ACK | PSH, server.text("hello"));
        send(Side.CLIENT, ACK | PSH, client.close(1000, "bye"));
        send(Side.SERVER, ACK | PSH, server.close(1000, ""));
        send(Side.SERVER, ACK | FIN, "");
        send(Side.CLIENT, ACK | FIN, "");
        send(Side.SERVER, ACK, "");
    }

    private void send(Side from, int flags, String payload) {
        send(from, flags, payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void send(Side from, int flags, byte[] payload) {
        int me = from.ordinal();
        ByteBuffer p = ByteBuffer.allocate(14 + 20 + 20 + payload.length);
        p.position(12).putShort((short) 0x0800);
        p.putInt(0x45000000 | p.capacity() - 14).putInt(0).putInt(0x40060000);
        p.putInt(0x0A000001 + me).putInt(0x0A000002 - me);
        p.putShort((short) (from == Side.CLIENT ? clientPort : SERVER_PORT));
        p.putShort((short) (from == Side.CLIENT ? SERVER_PORT : clientPort));
        p.putInt(next[me]).putInt((flags & ACK) == 0 ? 0 : next[1 - me]);
        p.putShort((short) (0x5000 | flags)).putShort((short) 0x7000).putInt(0).put(payload);
        next[me] += payload.length + ((flags & (SYN | FIN)) == 0 ? 0 : 1);
        to.onPacket(p, 0, p.capacity(), p.capacity(), timeNs, LinkType.EN10MB, PacketHandler.CHECKSUM_NOT_COMPUTED);
        timeNs += 1_000_000;
    }
}
