package packetlab.report;

import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.WsEvent;
import packetlab.message.Opcode;
import packetlab.report.Ladder.Tone;

/** Lines about WebSocket: every frame, messages that are more than one frame, rules that were broken. */
final class WsLines {
    private static final byte[][] NAMES = new byte[16][];

    static {
        for (int opcode = 0; opcode < NAMES.length; opcode++) {
            NAMES[opcode] = (name(opcode) + " ").getBytes(StandardCharsets.US_ASCII);
        }
    }

    static String name(int opcode) {
        return switch (opcode) {
            case Opcode.CONTINUATION -> "CONT";
            case Opcode.TEXT -> "TEXT";
            case Opcode.BINARY -> "BINARY";
            case Opcode.CLOSE -> "CLOSE";
            case Opcode.PING -> "PING";
            case Opcode.PONG -> "PONG";
            default -> "OPCODE-" + opcode;
        };
    }

    /** By value: RSV1 is 4. */
    private static final String[] RSV = {"", "RSV3", "RSV2", "RSV2,3", "RSV1", "RSV1,3", "RSV1,2", "RSV1,2,3"};

    private final Ladder ladder;
    private final Glyphs glyphs;
    private final boolean frames;
    private final String[] bitsText = new String[32];
    private final byte[][] bitsBytes = new byte[32][];

    /** @param frames whether frames are told */
    WsLines(Ladder ladder, Glyphs glyphs, boolean frames) {
        this.ladder = ladder;
        this.glyphs = glyphs;
        this.frames = frames;
    }

    /** @param second the message, pong or close that a frame carried, where that is told with it; else null */
    void print(WsEvent event, Event second, StreamTable.Stream stream) {
        ladder.begin(event.timeNs(), event.frame(), event.stream());
        if (event instanceof WsEvent.Frame e) {
            frame(e, second, stream);
        } else if (event instanceof WsEvent.Message e) {
            message(e);
        } else if (event instanceof WsEvent.Finding e) {
            finding(e);
        } else if (event instanceof WsEvent.Ping e) {
            ladder.label().add("PING ").number(length(e.payload()));
            control(e.payload());
            ladder.arrow(e.from(), false);
        } else if (event instanceof WsEvent.Pong e) {
            pongTime(e);
            ladder.label().add("PONG ").number(length(e.payload()));
            control(e.payload());
            ladder.arrow(e.from(), false);
        } else if (event instanceof WsEvent.Close e) {
            ladder.label().add("CLOSE");
            close(e);
            ladder.arrow(e.from(), false);
        } else if (event instanceof WsEvent.Open e) {
            open(e);
        } else if (event instanceof WsEvent.Refused e) {
            ladder.remark().add("WebSocket refused with ").plain(e.status()).add(" ")
                    .add(HttpLines.reason(e.status()));
            ladder.remark(Tone.NOTE, '=');
        } else if (event instanceof WsEvent.Resync e) {
            ladder.remark().add("found the ").add(e.from().wireName()).add("'s next frame").part().add("skipped ")
                    .count(e.skipped(), "byte").part().add("confidence ").add(percent(e.confidence()));
            ladder.remark(Tone.NOTE, '~');
        } else if (event instanceof WsEvent.End e) {
            ladder.remark().add(e.clean() ? "WebSocket closed with " : "WebSocket ended without a closing handshake, ")
                    .plain(e.code());
            ladder.remark(e.clean() ? Tone.PLAIN : Tone.NOTE, '=');
        }
    }

    private void frame(WsEvent.Frame e, Event second, StreamTable.Stream stream) {
        if (!e.complete()) {
            ladder.margin().add("incomplete");
        } else if (second instanceof WsEvent.Pong pong) {
            pongTime(pong);
        } else if (second instanceof WsEvent.Message message && message.compressed()
                && message.length() != Event.UNKNOWN) {
            inflatedLength(message);
        }
        byte[] name = NAMES[e.opcode() & 0xF];
        Cell label = ladder.label().add(name, name.length).unsigned(e.length());
        bits(label, e);
        if (second instanceof WsEvent.Close close) {
            close(close);
        } else if (second instanceof WsEvent.Message message && message.data() != null) {
            data(message);
        } else {
            payload(e, stream);
        }
        ladder.arrow(e.from(), e.opcode() < Opcode.CLOSE);
        if (second instanceof WsEvent.Message message) {
            undecodable(message);
        }
    }

    /** {@code  · FIN · RSV1 · mask}: made once for each combination that occurs. */
    private void bits(Cell label, WsEvent.Frame e) {
        int index = (e.fin() ? 1 : 0) | (e.masked() ? 2 : 0) | (e.rsv() & 7) << 2;
        String known = bitsText[index];
        if (known == null) {
            known = glyphs.dot + (e.fin() ? "FIN" : "more") + (e.rsv() == 0 ? "" : glyphs.dot + RSV[e.rsv() & 7])
                    + (e.masked() ? glyphs.dot + "mask" : "");
            bitsText[index] = known;
            bitsBytes[index] = known.getBytes(StandardCharsets.UTF_8);
        }
        label.add(bitsBytes[index], known.length());
    }

    private void payload(WsEvent.Frame e, StreamTable.Stream stream) {
        Cell.Payload kind = kind(e, stream);
        if (e.payload() != null && (e.payload().length > 0 || e.opcode() == Opcode.TEXT)) {
            ladder.detail().payload(e.payload(), e.payloadCut() || !e.complete(), kind);
        }
    }

    /** What a frame's payload is, which for a continuation the message's first frame has told. */
    private static Cell.Payload kind(WsEvent.Frame e, StreamTable.Stream stream) {
        if (e.opcode() >= Opcode.CLOSE) {
            return e.rsv() != 0 ? Cell.Payload.OCTETS : Cell.Payload.BINARY;
        }
        Cell.Payload kind = e.opcode() == Opcode.CONTINUATION ? stream.message(e.from())
                : e.opcode() == Opcode.TEXT ? Cell.Payload.TEXT : Cell.Payload.BINARY;
        if (e.rsv() != 0) {
            // What an extension has transformed is no text, even where its bytes look like it.
            kind = Cell.Payload.OCTETS;
        } else if (kind == Cell.Payload.TEXT && !e.fin()) {
            kind = Cell.Payload.FRAGMENT;
        }
        stream.message(e.from(), e.fin() ? Cell.Payload.FRAGMENT : kind);
        return kind;
    }

    private void data(WsEvent.Message e) {
        ladder.detail().payload(e.data(), e.dataCut(),
                e.opcode() == Opcode.TEXT ? Cell.Payload.TEXT : Cell.Payload.BINARY);
    }

    private void inflatedLength(WsEvent.Message message) {
        ladder.margin().add(glyphs.toServer).add(" ").count(message.length(), "byte");
    }

    private void undecodable(WsEvent.Message message) {
        if (message.undecodable() != null && message.compressed()) {
            ladder.remark().add("the message cannot be read: ").text(message.undecodable());
            ladder.remark(Tone.NOTE, '?');
        }
    }

    /** A message that is more than one frame, or another than its frame. */
    private void message(WsEvent.Message e) {
        if (e.compressed() && e.length() != Event.UNKNOWN) {
            inflatedLength(e);
        }
        Cell caption = ladder.caption().add("= ").add(e.opcode() == Opcode.TEXT ? "text" : "binary").add(" of ")
                .count(e.frames(), "frame");
        caption.part().count(e.wireLength(), "byte");
        if (e.data() != null) {
            data(e);
        }
        ladder.level(Tone.QUIET);
        undecodable(e);
    }

    private void control(byte[] payload) {
        if (length(payload) > 0) {
            ladder.detail().payload(payload, false, Cell.Payload.BINARY);
        }
    }

    private static long length(byte[] payload) {
        return payload == null ? 0 : payload.length;
    }

    private void pongTime(WsEvent.Pong pong) {
        if (pong.rttNs() != Event.UNKNOWN) {
            ladder.margin().duration(pong.rttNs());
        }
    }

    private void close(WsEvent.Close e) {
        Cell detail = ladder.detail();
        if (e.code() == Event.UNKNOWN) {
            detail.add("without a code");
            return;
        }
        detail.plain(e.code());
        String meaning = meaning(e.code());
        if (!meaning.isEmpty()) {
            detail.add(" ").add(meaning);
        }
        if (e.reason() != null && !e.reason().isEmpty()) {
            detail.add(" \"").text(e.reason()).add("\"");
        }
    }

    /** RFC 6455 section 7.4.1 and the registry that it began. */
    private static String meaning(int code) {
        return switch (code) {
            case 1000 -> "normal";
            case 1001 -> "going away";
            case 1002 -> "protocol error";
            case 1003 -> "unsupported data";
            case 1007 -> "invalid data";
            case 1008 -> "policy violation";
            case 1009 -> "message too big";
            case 1010 -> "missing extension";
            case 1011 -> "internal error";
            case 1012 -> "service restart";
            case 1013 -> "try again later";
            case 1014 -> "bad gateway";
            default -> "";
        };
    }

    private void open(WsEvent.Open e) {
        Cell words = ladder.remark();
        if (e.midstream()) {
            words.add("WebSocket, its upgrade was not captured").part().add("confidence ").add(percent(e.confidence()));
            ladder.remark(Tone.NOTE, '~');
            return;
        }
        words.add("WebSocket open");
        if (e.target() != null) {
            words.part().text(e.target());
        }
        if (e.acceptValid() != null) {
            words.part().add(e.acceptValid() ? glyphs.acceptRight : glyphs.acceptWrong);
        }
        if (e.extensions() != null) {
            words.part().text(e.extensions());
        }
        ladder.remark(Tone.PLAIN, '=');
    }

    /** Rounded down: what is not certain is never called 100 %. */
    private static String percent(double share) {
        return (int) Math.floor(share * 100) + " %";
    }

    private void finding(WsEvent.Finding e) {
        boolean violation = e.level() == WsEvent.Level.VIOLATION;
        Cell remark = ladder.remark();
        RuleWords.say(remark, e, frames);
        remark.add(" (").text(RuleWords.section(e.section(), glyphs)).add(")");
        ladder.remark(violation ? Tone.WARNING : Tone.NOTE, violation ? '!' : '?');
    }
}
