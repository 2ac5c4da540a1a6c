package packetlab.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.wire.Dissector;
import packetlab.wire.Icmp;

/**
 * Conversations without connections: datagrams between two sockets, echo requests with their replies, and the rest by
 * address. Numbered in order of first packet; who sent that is the client.
 */
final class Conversations {
    /** At more than this at once the one that was silent longest is forgotten. */
    static final int MAX = 65_536;

    /** One of them. Also the key under which it is found: its addresses, and then its ports. */
    static final class Conversation {
        private final int protocol;
        private final long aHigh;
        private final long aLow;
        private final long bHigh;
        private final long bLow;
        private final int ports;
        long number;
        boolean answered;

        Conversation(int protocol, long aHigh, long aLow, long bHigh, long bLow, int ports) {
            this.protocol = protocol;
            this.aHigh = aHigh;
            this.aLow = aLow;
            this.bHigh = bHigh;
            this.bLow = bLow;
            this.ports = ports;
        }

        private Conversation turned() {
            return new Conversation(protocol, bHigh, bLow, aHigh, aLow, ports >>> 16 | ports << 16);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Conversation c && protocol == c.protocol && aHigh == c.aHigh && aLow == c.aLow
                    && bHigh == c.bHigh && bLow == c.bLow && ports == c.ports;
        }

        @Override
        public int hashCode() {
            long h = (aLow * 31 + bLow) * 31 + aHigh * 7 + bHigh;
            return (int) (h ^ h >>> 32) * 31 + ports * 17 + protocol;
        }
    }

    private static final int ICMP_ECHO_REPLY = 0, ICMP_ECHO = 8, ICMP6_ECHO = 128, ICMP6_ECHO_REPLY = 129;

    private final Map<Conversation, Conversation> known = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Conversation, Conversation> eldest) {
            return size() > MAX;
        }
    };
    private long count;
    private boolean fromServer;

    /** The conversation of the packet that the dissector stands on, which is no TCP segment. */
    Conversation of(Dissector d, Dissector.Result result) {
        int ports = 0;
        if (result == Dissector.Result.UDP) {
            ports = d.udp().sourcePort() << 16 | d.udp().destinationPort();
        } else if (result == Dissector.Result.ICMP) {
            ports = echoIdentifier(d);
        }
        int protocol = d.ipVersion() == 0 ? -1 : d.ipVersion() << 8 | d.ipProtocol();
        Conversation key = d.ipVersion() == 0 ? new Conversation(protocol, 0, 0, 0, 0, 0)
                : new Conversation(protocol, d.sourceHigh(), d.sourceLow(), d.destinationHigh(), d.destinationLow(),
                        ports);
        Conversation found = known.get(key);
        fromServer = false;
        boolean echoReply = result == Dissector.Result.ICMP
                && (d.icmp().type() == ICMP_ECHO_REPLY || d.icmp().type() == ICMP6_ECHO_REPLY);
        if (found == null || echoReply) {       // between one address and itself, only the type tells them apart
            Conversation turned = known.get(key.turned());
            if (turned != null) {
                found = turned;
                fromServer = true;
            }
        }
        if (found == null) {
            key.number = count++;
            known.put(key, key);
            found = key;
        }
        found.answered |= fromServer;
        return found;
    }

    /** Whether the one who sent the last packet had not sent the first. */
    boolean fromServer() {
        return fromServer;
    }

    private static int echoIdentifier(Dissector d) {
        Icmp.View icmp = d.icmp();
        boolean echo = d.ipVersion() == 4 ? icmp.type() == ICMP_ECHO || icmp.type() == ICMP_ECHO_REPLY
                : icmp.type() == ICMP6_ECHO || icmp.type() == ICMP6_ECHO_REPLY;
        if (!echo || icmp.bodyCapturedLength() < 2) {
            return 0;
        }
        int identifier = packetlab.wire.Net.u16(icmp.array(), icmp.bodyOffset());
        return identifier << 16 | identifier;
    }
}
