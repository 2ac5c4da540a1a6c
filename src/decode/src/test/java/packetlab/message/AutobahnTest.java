package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.flow.FlowLimits;
import packetlab.pcap.CaptureReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Autobahn suite's client against two servers: where a case breaks a rule on purpose, that finding stands on the
 * packet that a plain reading of the bytes, below, says; where it breaks none, there is no finding. The captures lie
 * beside the repository where it is developed.
 */
class AutobahnTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("packetlab.root", "../.."), "../shared/captures/autobahn").normalize();

    /** The rule that a case breaks. Those of section 6 that are answered with 1007 are not UTF-8. */
    private static String ruleOf(String id, int closeCode) {
        if (id.startsWith("6.")) {
            return closeCode == 1007 ? "text-not-utf8" : null;
        }
        String[] part = id.split("\\.");
        int second = Integer.parseInt(part[1]);
        switch (part[0]) {
            case "2":
                return second == 5 ? "control-frame-too-long" : second >= 7 && second <= 9 ? "unsolicited-pong" : null;
            case "3":
                return "reserved-bits";
            case "4":
                return "reserved-opcode";
            case "5":
                return second <= 2 ? "control-frame-fragmented" : second == 18 ? "message-inside-message"
                        : second >= 9 && second <= 17 ? "continuation-without-start" : null;
            case "7":
                switch (id) {
                    case "7.1.2": return "close-repeated";
                    case "7.1.4":
                    case "7.1.5": return "data-after-close";
                    case "7.3.2": return "close-body-one-octet";
                    case "7.3.6": return "control-frame-too-long";
                    case "7.5.1": return "close-reason-not-utf8";
                    default: return second == 9 || second == 13 ? "close-code-invalid" : null;
                }
            default:
                return null;
        }
    }

    @Test
    void everyCaseIsJudgedRight() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            System.out.println("AutobahnTest: SKIPPED, no captures in " + FOLDER);
            return;
        }
        JsonNode index = JsonMapper.builder().build().readTree(
                Files.readAllBytes(FOLDER.resolve("fuzzingclient-vs-servers.index.json")));
        judge("jetty", index.get("jetty"), FOLDER.resolve("fuzzingclient-vs-jetty-12.1.12.pcap"));
        judge("tomcat", index.get("tomcat"), FOLDER.resolve("fuzzingclient-vs-tomcat-11.0.22.pcap"));
    }

    private static void judge(String server, JsonNode index, Path capture) throws IOException {
        List<String> cases = new ArrayList<>(index.propertyNames());
        cases.sort((a, b) -> Arrays.compare(Arrays.stream(a.split("\\.")).mapToInt(Integer::parseInt).toArray(),
                Arrays.stream(b.split("\\.")).mapToInt(Integer::parseInt).toArray()));
        Conversation.Log log = new Conversation.Log(type -> type.wireName().startsWith("ws."));
        try (MessageDecoder messages = new MessageDecoder(log, MessageLimits.DEFAULT);
                CaptureReader reader = CaptureReader.open(capture, null)) {
            Decoder decoder = new Decoder(log, messages, FlowLimits.DEFAULT, false);
            while (reader.poll(decoder) >= 0) {
                // Until the end.
            }
            decoder.finish();
        }
        Map<Long, List<WsEvent.Finding>> findings =
                log.of(WsEvent.Finding.class).stream().collect(Collectors.groupingBy(WsEvent.Finding::stream));
        List<PlainStream> plain = PlainStream.read(capture);
        assertEquals(cases.size(), plain.size());
        assertEquals(cases.size(), log.of(WsEvent.Open.class).size());
        List<String> wrong = new ArrayList<>();
        int broken = 0;
        for (int i = 0; i < cases.size(); i++) {
            String id = cases.get(i);
            String rule = ruleOf(id, index.get(id).get("remoteCloseCode").asInt(0));
            List<WsEvent.Finding> found = findings.getOrDefault((long) i, List.of());
            if (rule == null) {
                if (!found.isEmpty()) {
                    wrong.add(id + " is clean, but " + found);
                }
                continue;
            }
            broken++;
            long packet = plain.get(i).packetThatBreaks(rule);
            // A client whose frame was cut short goes on in the middle of it: more may follow, but this comes first.
            boolean right = !found.isEmpty() && found.get(0).rule().equals(rule) && found.get(0).frame() == packet
                    && found.stream().allMatch(f -> f.from() == Side.CLIENT);
            if (!right) {
                wrong.add(id + " breaks " + rule + " in packet " + packet + ", but " + found);
            }
        }
        System.out.println("AutobahnTest: " + server + ": " + cases.size() + " cases judged, " + broken
                + " of them break a rule; " + (cases.size() - wrong.size()) + " right, " + wrong.size() + " wrong");
        assertEquals(List.of(), wrong);
        assertTrue(broken > 100);
    }

    /** What the client of one connection sent, put together by hand, and which packet each octet came in. */
    private static final class PlainStream {
        private byte[] bytes = new byte[1 << 10];
        private int[] packets = new int[1 << 10];
        private int length;
        private int firstSequence;
        private int at;
        private int frameStart;
        private int opcode;
        private boolean fin;
        private int rsv;
        private byte[] payload;

        /** Ethernet, IPv4 and TCP without loss, as these captures are. */
        static List<PlainStream> read(Path capture) throws IOException {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN);
            List<PlainStream> streams = new ArrayList<>();
            Map<Integer, PlainStream> byPort = new HashMap<>();
            int packet = 0;
            for (int at = 24; at < file.limit(); at += 16 + file.getInt(at + 8)) {
                packet++;
                int ip = at + 16 + 14;
                int tcp = ip + (file.get(ip) & 15) * 4;
                int end = ip + Short.toUnsignedInt(Short.reverseBytes(file.getShort(ip + 2)));
                int port = Short.toUnsignedInt(Short.reverseBytes(file.getShort(tcp)));
                int sequence = Integer.reverseBytes(file.getInt(tcp + 4));
                int flags = file.get(tcp + 13);
                if ((flags & 0x12) == 2) {
                    PlainStream stream = new PlainStream();
                    stream.firstSequence = sequence + 1;
                    byPort.put(port, stream);
                    streams.add(stream);
                }
                PlainStream stream = byPort.get(port);
                int data = tcp + (file.get(tcp + 12) >> 4 & 15) * 4;
                for (int i = data; i < end && stream != null; i++) {
                    int place = sequence - stream.firstSequence + i - data;
                    if (place >= stream.length) {
                        if (place == stream.bytes.length) {
                            stream.bytes = Arrays.copyOf(stream.bytes, place * 2);
                            stream.packets = Arrays.copyOf(stream.packets, place * 2);
                        }
                        stream.bytes[place] = file.get(i);
                        stream.packets[place] = packet;
                        stream.length = place + 1;
                    }
                }
            }
            return streams;
        }

        private boolean next() {
            frameStart = at;
            if (at + 6 > length) {
                return false;
            }
            fin = bytes[at] < 0;
            rsv = bytes[at] >> 4 & 7;
            opcode = bytes[at] & 15;
            long size = bytes[at + 1] & 127;
            at += 2;
            int more = size == 126 ? 2 : size == 127 ? 8 : 0;
            size = more > 0 ? 0 : size;
            for (int i = 0; i < more; i++) {
                size = size << 8 | bytes[at++] & 0xFF;
            }
            byte[] key = Arrays.copyOfRange(bytes, at, at + 4);
            at += 4;
            payload = new byte[(int) Math.min(size, length - at)];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) (bytes[at + i] ^ key[i & 3]);
            }
            at += payload.length;
            return true;
        }

        long packetThatBreaks(String rule) {
            at = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            boolean open = false;
            boolean text = false;
            boolean closed = false;
            List<Integer> places = new ArrayList<>();
            byte[] message = new byte[0];
            while (next()) {
                int header = at - payload.length - 1;
                boolean breaks;
                switch (rule) {
                    case "control-frame-too-long": breaks = opcode >= 8 && payload.length > 125; break;
                    case "reserved-bits": breaks = rsv != 0; break;
                    case "reserved-opcode": breaks = opcode > 2 && opcode < 8 || opcode > 10; break;
                    case "control-frame-fragmented": breaks = opcode >= 8 && !fin; break;
                    case "continuation-without-start": breaks = opcode == 0 && !open; break;
                    case "message-inside-message": breaks = (opcode == 1 || opcode == 2) && open; break;
                    case "close-repeated": breaks = opcode == 8 && closed; break;
                    case "data-after-close": breaks = opcode < 8 && closed; break;
                    default: breaks = false; break;
                }
                if (breaks) {
                    return packets[header];
                }
                boolean bad = rule.equals("unsolicited-pong") ? opcode == 10
                        : opcode == 8 && (rule.equals("close-code-invalid") || rule.startsWith("close-body")
                                || rule.startsWith("close-reason"));
                if (bad) {
                    return packets[at - 1];
                }
                closed |= opcode == 8;
                if (opcode < 8) {
                    if (opcode != 0) {
                        text = opcode == 1;
                        message = new byte[0];
                        places.clear();
                    }
                    int before = message.length;
                    message = Arrays.copyOf(message, before + payload.length);
                    System.arraycopy(payload, 0, message, before, payload.length);
                    for (int i = 0; i < payload.length; i++) {
                        places.add(packets[at - payload.length + i]);
                    }
                    int invalid = text && rule.equals("text-not-utf8") ? firstInvalid(message) : -1;
                    if (invalid >= 0) {
                        return places.get(invalid);
                    }
                    open = !fin;
                    if (fin && text && rule.equals("text-not-utf8") && !wholeText(message)) {
                        return packets[at - 1];
                    }
                }
            }
            throw new AssertionError("no frame breaks " + rule + ", at " + frameStart + " of " + length);
        }

        /** The shortest beginning that the JDK's decoder refuses ends with that octet; -1 if it refuses none. */
        private static int firstInvalid(byte[] a) {
            for (int n = 1; n <= a.length; n++) {
                if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(a, 0, n), CharBuffer.allocate(n + 1),
                        false)
                        .isMalformed()) {
                    return n - 1;
                }
            }
            return -1;
        }

        private static boolean wholeText(byte[] a) {
            return !StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(a), CharBuffer.allocate(a.length + 1),
                    true)
                    .isError();
        }
    }
}
