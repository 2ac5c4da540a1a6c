package packetlab.rules;

import java.nio.charset.StandardCharsets;
import packetlab.event.WsEvent;
import packetlab.message.Opcode;

/** Whether a packet completes a WebSocket message of a certain sort: the words behind {@code ws} in a rule. */
final class WebSocketTest implements Condition {
    private static final int ANY = -1;

    private int opcode = ANY;
    private long longerThan = -1;
    private long shorterThan = Long.MAX_VALUE;
    private byte[] containing;
    private boolean frames;

    /** Takes the next word if it belongs here. */
    boolean read(RuleWords words) throws RuleSyntaxException {
        switch (words.peek()) {
            case "text" -> opcode = Opcode.TEXT;
            case "binary" -> opcode = Opcode.BINARY;
            case "close" -> opcode = Opcode.CLOSE;
            case "ping", "pings" -> opcode = Opcode.PING;
            case "pong", "pongs" -> opcode = Opcode.PONG;
            case "message", "messages" -> frames = false;
            case "frame", "frames" -> frames = true;
            case "longer", "larger" -> {
                words.take();
                longerThan = Selectors.sizeThan(words);
                return true;
            }
            case "shorter", "smaller" -> {
                words.take();
                shorterThan = Selectors.sizeThan(words);
                return true;
            }
            case "containing" -> {
                words.take();
                containing = words.takeText("a text in quotes").getBytes(StandardCharsets.UTF_8);
                return true;
            }
            default -> {
                return false;
            }
        }
        words.take();
        return true;
    }

    @Override
    public boolean test(PacketFacts p) {
        for (int i = 0; i < p.webSocket().size(); i++) {
            WsEvent event = p.webSocket().get(i);
            if (event instanceof WsEvent.Message m && !frames && fits(m.opcode(), m.length(), m.data())
                    || event instanceof WsEvent.Frame f && (frames || f.opcode() >= Opcode.CLOSE)
                            && fits(f.opcode(), f.length(), f.payload())) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(int itsOpcode, long length, byte[] data) {
        return (opcode == ANY || opcode == itsOpcode)
                && (longerThan < 0 || Long.compareUnsigned(length, longerThan) > 0)
                && (shorterThan == Long.MAX_VALUE || Long.compareUnsigned(length, shorterThan) < 0)
                && (containing == null || data != null && PayloadSearch.contains(data, containing));
    }
}
