package packetlab.latency;

import java.nio.ByteBuffer;
import packetlab.event.Event;
import packetlab.wire.Dissector;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;
import packetlab.wire.Tcp;

/**
 * Finds in each packet which messages it completes, and keeps its stamps: of a datagram by the number that it carries, of
 * a stream by the octets that lie before. The first time that a packet is seen it is being sent, the second time received,
 * as on lo. The capturing thread alone writes; others read when it has been quiet.
 */
final class WirePackets implements PacketHandler {
    private static final int SYN_OCTET = 1;

    private final Dissector dissector = new Dissector();
    private final Transport transport;
    private final int port;
    private final long[] requestSent;
    private final long[] requestReceived;
    private final long[] answerSent;
    private final long[] answerReceived;
    private final Way requests = new Way();
    private final Way answers = new Way();
    private volatile Client client;
    private volatile long count;

    /** One direction of a connection: where its first octet stands, learned from the SYN. */
    private static final class Way {
        private boolean known;
        private int firstSequence;
        private long opening;
        private long octets;
    }

    WirePackets(Setting setting, int port, int messages) {
        this.transport = setting.transport();
        this.port = port;
        requestSent = new long[messages];
        requestReceived = new long[messages];
        answerSent = new long[messages];
        answerReceived = new long[messages];
    }

    /** Told when the connection is open, before the first message. */
    void expect(Client opened) {
        client = opened;
    }

    @Override
    public void onPacket(ByteBuffer b, int offset, int captured, int wire, long timestampNs, int link, int flags) {
        if (timestampNs == Event.NO_TIME) {
            return;
        }
        Dissector.Result result = dissector.dissect(b, offset, captured, wire, link);
        switch (result) {
            case TCP -> segment(timestampNs);
            case UDP -> {
                boolean request = dissector.udp().destinationPort() == port;
                datagram(dissector.udp().payloadOffset(), dissector.udp().payloadCapturedLength(), request, timestampNs);
            }
            case ICMP -> {
                int type = dissector.icmp().type();
                if (type == 8 || type == 128 || type == 0 || type == 129) {
                    datagram(dissector.icmp().bodyOffset(), dissector.icmp().bodyCapturedLength(),
                            type == 8 || type == 128, timestampNs);
                }
            }
            default -> {
                if (transport == Transport.RAW_DATAGRAM) {
                    datagram(dissector.payloadOffset(), dissector.payloadCapturedLength(),
                            dissector.ipProtocol() == RawClient.REQUESTS, timestampNs);
                }
            }
        }
        count = count + 1;
    }

    private void datagram(int at, int present, boolean request, long timestampNs) {
        if (present >= Setting.MIN_SIZE) {
            stamp(Net.i64(dissector.array(), at), request, timestampNs);
        }
    }

    private void segment(long timestampNs) {
        Tcp.View tcp = dissector.tcp();
        boolean request = tcp.destinationPort() == port;
        Way way = request ? requests : answers;
        if ((tcp.flags() & Tcp.SYN) != 0) {
            way.firstSequence = tcp.sequence() + SYN_OCTET;
            way.known = true;
            return;
        }
        if (!way.known || tcp.payloadWireLength() == 0) {
            return;
        }
        if (way.octets == 0) {
            Client opened = client;
            if (opened == null) {
                return;                 // an opening handshake
            }
            way.opening = opened.opening(request);
            way.octets = opened.octets(request);
            if (way.octets <= 0) {
                way.octets = 0;
                return;
            }
        }
        // The capture of a round never passes 2^32 octets by more than one message in flight.
        long begin = (tcp.sequence() - way.firstSequence & 0xFFFF_FFFFL) - way.opening;
        long end = begin + tcp.payloadWireLength();
        for (long message = Math.floorDiv(begin, way.octets) + 1; message * way.octets <= end; message++) {
            if (message > 0 && message * way.octets > begin) {
                stamp(message - 1, request, timestampNs);
            }
        }
    }

    private void stamp(long number, boolean request, long timestampNs) {
        if (number < 0 || number >= requestSent.length) {
            return;
        }
        int n = (int) number;
        long[] sent = request ? requestSent : answerSent;
        long[] received = request ? requestReceived : answerReceived;
        if (sent[n] == 0) {
            sent[n] = timestampNs;
        } else if (received[n] == 0) {
            received[n] = timestampNs;
        }
    }

    long count() {
        return count;
    }

    /** When the packet that completes the request, or its answer, was sent; 0 where it was not seen. */
    long sentNs(int number, boolean request) {
        return (request ? requestSent : answerSent)[number];
    }

    long receivedNs(int number, boolean request) {
        return (request ? requestReceived : answerReceived)[number];
    }
}
