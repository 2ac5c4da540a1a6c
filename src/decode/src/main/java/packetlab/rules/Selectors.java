package packetlab.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.TcpEvent.FindingKind;
import packetlab.flow.LastSegment;
import packetlab.wire.Dissector;
import packetlab.wire.Icmp;
import packetlab.wire.Tcp;

/** Reads the words of a rule that say which packets it is about. Each narrows the choice; lists widen one of them. */
final class Selectors {
    private static final String EXPECTED = "which packets, such as: tcp, udp, icmp, syn, syn/ack, data, retransmissions, "
            + "new, established, from, to, port, stream, client, server, flags, longer than, ws, 3rd, 5%";
    private static final Pattern ORDINAL = Pattern.compile("(\\d{1,9})(?:st|nd|rd|th)");
    private static final List<String> NAMED_ORDINALS = List.of("first", "second", "third", "fourth", "fifth", "sixth",
            "seventh", "eighth", "ninth", "tenth");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)%");
    private static final Pattern SPAN = Pattern.compile("(\\d{1,18})(?:(?:-|\\.\\.)(\\d{1,18}))?");
    private static final int MAX_PORT = 0xFFFF;
    private static final Map<String, Long> FINDINGS = findings();

    private final RuleWords words;
    private final RuleParser.Parts parts;
    private WebSocketTest webSocket;

    Selectors(RuleWords words, RuleParser.Parts parts) {
        this.words = words;
        this.parts = parts;
    }

    /** Names of what the analysis finds, one and many; retransmissions of every sort also together. */
    private static Map<String, Long> findings() {
        Map<String, Long> names = new HashMap<>();
        for (FindingKind kind : FindingKind.values()) {
            names.put(kind.wireName(), LastSegment.set(kind));
            names.put(kind.wireName() + "s", LastSegment.set(kind));
        }
        long again = LastSegment.set(FindingKind.RETRANSMISSION, FindingKind.FAST_RETRANSMISSION,
                FindingKind.SPURIOUS_RETRANSMISSION);
        names.put("retransmission", again);
        names.put("retransmissions", again);
        return names;
    }

    /** Reads the next selector. */
    void next() throws RuleSyntaxException {
        if (webSocket != null && webSocket.read(words)) {
            return;
        }
        if (words.takeIf("not", "no")) {
            Condition wanted = condition();
            if (wanted == null) {
                throw words.expected(EXPECTED);
            }
            parts.condition = parts.condition.and(p -> !wanted.test(p));
            return;
        }
        if (ordinal() || percent() || webSocket()) {
            return;
        }
        Condition condition = condition();
        if (condition != null) {
            parts.condition = parts.condition.and(condition);
        } else if (RuleParser.FILLING.contains(words.peek())) {
            words.take();
        } else {
            throw words.expected(EXPECTED);
        }
    }

    void finish() {
        if (webSocket != null) {
            parts.aboutWebSocket = true;
            parts.condition = parts.condition.and(webSocket);
        }
    }

    private boolean webSocket() {
        if (!words.takeIf("ws", "websocket")) {
            return false;
        }
        webSocket = new WebSocketTest();
        return true;
    }

    private boolean percent() throws RuleSyntaxException {
        Matcher percent = PERCENT.matcher(words.peek());
        if (!percent.matches()) {
            return false;
        }
        parts.chance = Double.parseDouble(percent.group(1)) / 100;
        if (parts.chance > 1) {
            throw words.expected("at most 100%");
        }
        words.take();
        return true;
    }

    private boolean ordinal() throws RuleSyntaxException {
        if (words.peek().equals("every")) {
            words.take();
            long every = number(words.peek());
            if (every > 0) {
                words.take();
                parts.ordinals.every(every);
            }
            return true;        // 'every retransmission' is all of them
        }
        long from = number(words.peek());
        if (from < 0) {
            return false;
        }
        if (from == 0) {
            throw words.expected("1st, 2nd and so on");
        }
        words.take();
        long to = from;
        if (words.peek().equals("to") && number(words.peekSecond()) > 0) {
            words.take();
            to = number(words.peek());
            if (to < from) {
                throw words.expected("a number after the " + from + "th");
            }
            words.take();
        }
        parts.ordinals.add(from, to);
        if ((words.peek().equals(",") || words.peek().equals("and")) && number(words.peekSecond()) > 0) {
            words.take();
        }
        return true;
    }

    /** The number that an ordinal word names, or -1. */
    private static long number(String word) {
        Matcher ordinal = ORDINAL.matcher(word);
        if (ordinal.matches()) {
            return Long.parseLong(ordinal.group(1));
        }
        int named = NAMED_ORDINALS.indexOf(word);
        return named < 0 ? -1 : named + 1;
    }

    /** Takes the next selector that is a plain question about the packet; null where there is none. */
    private Condition condition() throws RuleSyntaxException {
        String word = words.peek();
        Condition plain = plain(word);
        if (plain == null && FINDINGS.containsKey(word)) {
            long set = FINDINGS.get(word);
            plain = p -> p.isTcp() && p.segment().hasAny(set);
        }
        if (plain != null) {
            words.take();
            return words.peek().equals("or") ? alternative(plain) : plain;
        }
        return switch (word) {
            case "from", "to", "by" -> fromOrTo(words.take());
            case "host" -> {
                words.take();
                Condition from = addresses(true);
                words.back();
                yield from.or(addresses(false));
            }
            case "port", "ports" -> {
                words.take();
                yield ports(true, true);
            }
            case "stream", "streams", "connection" -> {
                words.take();
                yield streams();
            }
            case "flags" -> {
                words.take();
                yield flags();
            }
            case "longer", "larger", "shorter", "smaller" -> {
                boolean more = word.equals("longer") || word.equals("larger");
                words.take();
                long size = sizeThan(words);
                yield p -> more ? p.packetLength() > size : p.packetLength() < size;
            }
            case "containing" -> {
                words.take();
                byte[] text = words.takeText("a text in quotes").getBytes(java.nio.charset.StandardCharsets.UTF_8);
                yield p -> PayloadSearch.contains(p, text);
            }
            default -> null;
        };
    }

    private Condition alternative(Condition first) throws RuleSyntaxException {
        words.take();
        Condition second = condition();
        if (second == null) {
            throw words.expected(EXPECTED);
        }
        return first.or(second);
    }

    private static Condition plain(String word) {
        return switch (word) {
            case "tcp" -> PacketFacts::isTcp;
            case "udp" -> p -> p.result() == Dissector.Result.UDP;
            case "icmp" -> p -> p.result() == Dissector.Result.ICMP;
            case "arp" -> p -> p.result() == Dissector.Result.OTHER && p.dissector().protocol().equals("ARP");
            case "ip", "ipv4" -> p -> p.dissector().ipVersion() == 4;
            case "ipv6" -> p -> p.dissector().ipVersion() == 6;
            case "syn", "syns" -> p -> has(p, Tcp.SYN, Tcp.ACK);
            case "syn/ack", "syn/acks", "syn-ack", "synack" -> p -> has(p, Tcp.SYN | Tcp.ACK, 0);
            case "fin", "fins" -> p -> has(p, Tcp.FIN, 0);
            case "rst", "rsts", "reset", "resets" -> p -> has(p, Tcp.RST, 0);
            case "ack", "acks" -> p -> p.isTcp() && p.kind() == PacketFacts.Kind.ACK;
            case "data" -> p -> p.kind() == PacketFacts.Kind.DATA
                    || p.kind() == PacketFacts.Kind.DATAGRAM && p.dissector().udp().payloadWireLength() > 0;
            case "new" -> PacketFacts::isNew;
            case "established" -> PacketFacts::isEstablished;
            case "closed" -> PacketFacts::isClosed;
            case "invalid" -> PacketFacts::isInvalid;
            case "related" -> p -> p.result() == Dissector.Result.ICMP
                    && Icmp.quotesPacket(p.dissector().ipVersion(), p.dissector().icmp().type());
            case "client", "client's" -> p -> p.from() != null && !p.fromServer();
            case "server", "server's" -> p -> p.from() != null && p.fromServer();
            default -> null;
        };
    }

    private static boolean has(PacketFacts p, int set, int clear) {
        return p.isTcp() && (p.dissector().tcp().flags() & (set | clear)) == set;
    }

    private Condition fromOrTo(String word) throws RuleSyntaxException {
        boolean from = !word.equals("to");
        words.takeIf("the");
        if (words.takeIf("client", "server")) {
            words.back();
            boolean server = words.take().equals("server") == from;
            return p -> p.from() != null && p.fromServer() == server;
        }
        if (words.takeIf("port", "ports")) {
            return ports(from, !from);
        }
        Condition addresses = addresses(from);
        return words.takeIf("port", "ports") ? addresses.and(ports(from, !from)) : addresses;
    }

    private Condition addresses(boolean source) throws RuleSyntaxException {
        List<AddressRange> ranges = new ArrayList<>();
        do {
            AddressRange range = AddressRange.parse(words.peek());
            if (range == null) {
                throw words.expected("client, server, port, or an address such as 10.0.0.0/8 or ::1");
            }
            words.take();
            ranges.add(range);
        } while (words.takeIf(","));
        AddressRange[] all = ranges.toArray(AddressRange[]::new);
        return p -> {
            Dissector d = p.dissector();
            if (d.ipVersion() == 0) {
                return false;
            }
            long high = source ? d.sourceHigh() : d.destinationHigh();
            long low = source ? d.sourceLow() : d.destinationLow();
            for (AddressRange range : all) {
                if (range.contains(d.ipVersion(), high, low)) {
                    return true;
                }
            }
            return false;
        };
    }

    private Condition ports(boolean ofSource, boolean ofDestination) throws RuleSyntaxException {
        long[][] spans = spans("a port such as 80 or 8000-8999", MAX_PORT);
        return p -> {
            int source;
            int destination;
            if (p.isTcp()) {
                source = p.dissector().tcp().sourcePort();
                destination = p.dissector().tcp().destinationPort();
            } else if (p.result() == Dissector.Result.UDP) {
                source = p.dissector().udp().sourcePort();
                destination = p.dissector().udp().destinationPort();
            } else {
                return false;
            }
            return ofSource && within(spans, source) || ofDestination && within(spans, destination);
        };
    }

    private Condition streams() throws RuleSyntaxException {
        long[][] spans = spans("the number of a connection, as the output gives it, such as 2", Long.MAX_VALUE);
        return p -> p.isTcp() && within(spans, p.stream());
    }

    private long[][] spans(String what, long max) throws RuleSyntaxException {
        List<long[]> spans = new ArrayList<>();
        do {
            Matcher span = SPAN.matcher(words.peek());
            if (!span.matches()) {
                throw words.expected(what);
            }
            long from = Long.parseLong(span.group(1));
            long to = span.group(2) == null ? from : Long.parseLong(span.group(2));
            if (from > to || to > max) {
                throw words.expected(what);
            }
            words.take();
            spans.add(new long[] {from, to});
        } while (words.takeIf(","));
        return spans.toArray(long[][]::new);
    }

    private static boolean within(long[][] spans, long number) {
        for (long[] span : spans) {
            if (number >= span[0] && number <= span[1]) {
                return true;
            }
        }
        return false;
    }

    private Condition flags() throws RuleSyntaxException {
        int set = 0;
        int clear = 0;
        do {
            String word = words.peek();
            boolean not = word.startsWith("!");
            int flag = switch (not ? word.substring(1) : word) {
                case "fin" -> Tcp.FIN;
                case "syn" -> Tcp.SYN;
                case "rst" -> Tcp.RST;
                case "psh" -> Tcp.PSH;
                case "ack" -> Tcp.ACK;
                case "urg" -> Tcp.URG;
                case "ece" -> Tcp.ECE;
                case "cwr" -> Tcp.CWR;
                default -> throw words.expected("TCP flags such as: syn,!ack (of fin, syn, rst, psh, ack, urg, ece, cwr)");
            };
            words.take();
            set |= not ? 0 : flag;
            clear |= not ? flag : 0;
        } while (words.takeIf(","));
        int wanted = set;
        int unwanted = clear;
        return p -> has(p, wanted, unwanted);
    }

    /** The number behind 'longer than' and the like. */
    static long sizeThan(RuleWords words) throws RuleSyntaxException {
        if (!words.takeIf("than")) {
            throw words.expected("'than'");
        }
        if (!words.peek().matches("\\d{1,18}")) {
            throw words.expected("a number of octets");
        }
        long size = Long.parseLong(words.take());
        words.takeIf("bytes", "octets", "byte", "octet");
        return size;
    }
}
