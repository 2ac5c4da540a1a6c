package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import packetlab.message.OpeningHandshake;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;

/** Facts of captures that no lab has made. */
class FactReaderTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    @TempDir
    private Path dir;

    private final int[] sequences = {1_000, 9_000};

    /** Segments of at most 1,400 octets, from the client or from the server. */
    private void say(CaptureWriter writer, boolean client, byte[] octets) {
        for (int at = 0; at < octets.length; at += 1_400) {
            int length = Math.min(1_400, octets.length - at);
            ByteBuffer packet = ByteBuffer.allocate(54 + length);
            packet.putShort(12, (short) 0x0800);
            packet.put(14, (byte) 0x45).putShort(16, (short) (40 + length)).put(22, (byte) 64).put(23, (byte) 6);
            packet.putInt(26, client ? 0x0A4D0001 : 0x0A4D0002).putInt(30, client ? 0x0A4D0002 : 0x0A4D0001);
            packet.putShort(34, (short) (client ? 40_000 : 80)).putShort(36, (short) (client ? 80 : 40_000));
            packet.putInt(38, sequences[client ? 0 : 1]).putInt(42, sequences[client ? 1 : 0]);
            packet.put(46, (byte) 0x50).put(47, (byte) 0x18).putShort(48, (short) 60_000);
            packet.position(54).put(octets, at, length);
            sequences[client ? 0 : 1] += length;
            writer.onPacket(packet, 0, packet.capacity(), packet.capacity(), 0, LinkType.EN10MB, 0);
        }
    }

    private Facts facts(int messages) throws Exception {
        Path file = dir.resolve(messages + ".pcapng");
        try (CaptureWriter writer = CaptureWriter.create(file, new CaptureWriter.Description("wire", LinkType.EN10MB, 0, null, "os", "arch"))) {
            say(writer, true, ("GET /x HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY
                    + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            say(writer, false, ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + OpeningHandshake.accept(KEY) + "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_max_window_bits=9\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] frame = new WsFrames(false, () -> 0).message(true, new MessageDeflate(false, 9).compress(new byte[60_000]), 1, true).get(0);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < messages; i++) {
                all.write(frame);
            }
            say(writer, false, all.toByteArray());
        }
        return FactReader.read(file);
    }

    private static String ask(Facts facts, String query) throws Exception {
        return Query.read(Line.of("q", 1, query), true).ask(facts, java.util.Map.of()).value();
    }

    @Test
    void whatWasAgreedOnAndWhatItCostCanBeAsked() throws Exception {
        Facts facts = facts(3);
        assertNull(facts.damage());
        assertEquals("no", ask(facts, "ws.open where accept-valid = yes first server-takeover"));
        assertEquals("yes", ask(facts, "ws.open first client-takeover"));
        assertEquals("9", ask(facts, "ws.open first server-window-bits"));
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", ask(facts, "http.request first accept"));
        assertEquals("180000", ask(facts, "ws.message where compressed = yes sum length"));
        assertEquals("60000", ask(facts, "ws.message sum length over ws.message count"));
        assertNull(ask(facts, "ws.message count over ws.refused count"));
    }

    @Test
    void aCaptureThatInflatesWithoutEndIsLeftThere() throws Exception {
        Facts facts = facts(2_000);
        assertEquals("it is far longer than any lab", facts.damage());
        assertTrue(facts.rows().stream().mapToLong(Facts.Row::size).sum() < 65L << 20);
    }
}
