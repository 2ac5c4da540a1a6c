package packetlab.report;

import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.event.TcpEvent;

/** A packet in a few words for the arrow between two ends, and which way it goes. */
final class WireWords {
    private static final int FIN = 1, SYN = 2, RST = 4, ACK = 16;

    /** How a packet's arrow is drawn. */
    enum Kind {
        /** SYN and FIN. */
        CONTROL,
        DATA,
        /** Nothing but an acknowledgment. */
        ACK,
        RESET,
        /** ICMP and what is not decoded. */
        OTHER
    }

    private WireWords() {}

    static Kind kind(Event packet) {
        if (packet instanceof TcpEvent.Segment s) {
            return (s.flags() & RST) != 0 ? Kind.RESET : s.length() > 0 ? Kind.DATA
                    : (s.flags() & (SYN | FIN)) != 0 ? Kind.CONTROL : Kind.ACK;
        }
        return packet instanceof PacketEvent.Datagram ? Kind.DATA : Kind.OTHER;
    }

    /** The words, the longest of several ways to say it that keeps within so many columns. */
    static String label(Event packet, int columns) {
        if (packet instanceof TcpEvent.Segment s) {
            return segment(s, columns);
        }
        if (packet instanceof PacketEvent.Datagram d) {
            return "UDP " + d.length();
        }
        if (packet instanceof PacketEvent.Icmp i) {
            String name = "ICMP " + i.name();
            return name.length() <= columns ? name : i.name();
        }
        return packet instanceof PacketEvent.Other o ? o.protocol() : packet.type().wireName();
    }

    private static String segment(TcpEvent.Segment s, int columns) {
        StringBuilder flags = new StringBuilder();
        name(flags, s, SYN, "SYN");
        name(flags, s, FIN, "FIN");
        name(flags, s, RST, "RST");
        if (s.length() == 0 || flags.length() > 0) {
            name(flags, s, ACK, "ACK");
        }
        if (s.length() == 0) {
            return flags.length() == 0 ? "no flags" : flags.toString();
        }
        String first = flags.length() == 0 ? "" : flags + " ";
        String range = "[" + offset(s) + ".." + (offset(s) + s.length() - 1) + "]";
        String full = first + "data " + s.length() + " " + range;
        String shorter = first + s.length() + " " + range;
        return full.length() <= columns ? full : shorter.length() <= columns ? shorter
                : (first + range).length() <= columns ? first + range : first + s.length();
    }

    /** Of its first octet, as calls count: the SYN takes one of the sequence numbers. */
    static long offset(TcpEvent.Segment s) {
        return s.sequence() - ((s.flags() & SYN) != 0 ? 0 : 1);
    }

    private static void name(StringBuilder words, TcpEvent.Segment s, int flag, String name) {
        if ((s.flags() & flag) != 0) {
            words.append(words.length() == 0 ? "" : ",").append(name);
        }
    }

    /** The connection of a packet, or UNKNOWN. */
    static long stream(Event packet) {
        return packet instanceof TcpEvent.Segment s ? s.stream() : packet instanceof PacketEvent.Icmp i ? i.stream()
                : Event.UNKNOWN;
    }

    /** Where a packet comes from and goes to, as text. */
    static String[] ends(Event packet) {
        if (packet instanceof TcpEvent.Segment s) {
            Endpoint from = s.from() == Side.CLIENT ? s.client() : s.server();
            Endpoint to = s.from() == Side.CLIENT ? s.server() : s.client();
            return new String[] {from.toString(), to.toString()};
        }
        if (packet instanceof PacketEvent.Datagram d) {
            return new String[] {d.source().toString(), d.destination().toString()};
        }
        if (packet instanceof PacketEvent.Icmp i) {
            return new String[] {i.source(), i.destination()};
        }
        PacketEvent.Other o = (PacketEvent.Other) packet;
        return new String[] {String.valueOf(o.source()), String.valueOf(o.destination())};
    }
}
