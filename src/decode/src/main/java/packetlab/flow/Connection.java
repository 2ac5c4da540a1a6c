package packetlab.flow;

import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.wire.IpAddress;

/**
 * One TCP connection. Its two ends are A, which sent the first packet that was seen, and B; which of them is the
 * client is said by the handshake, or guessed from the ports where that was not captured.
 */
final class Connection implements StreamHandler.Stream {
    /** Direction of a packet: its sender is A or B. */
    static final int A = 0, B = 1;

    private final TcpTracker tracker;
    final long number;
    final int ipVersion;
    final long aHigh;
    final long aLow;
    final long bHigh;
    final long bLow;
    /** A's port in the upper 16 bits, B's in the lower. */
    final int ports;
    final long hash;

    final HalfStream a = new HalfStream();
    final HalfStream b = new HalfStream();
    Side sideOfA = Side.CLIENT;
    TcpEvent.Start start = TcpEvent.Start.HANDSHAKE;
    /** Whether tcp.open was told. */
    boolean open;
    /** Set when the connection is over: it is only remembered. */
    TcpEvent.How closed;
    /** Whether it is over and still in the table for its late packets. */
    boolean remembered;
    long firstTimeNs;
    long lastTimeNs;
    long lastFrame;
    long handshakeAckFrame = Event.UNKNOWN;
    /** From SYN to the ACK of the SYN/ACK, or UNKNOWN. */
    long initialRttNs = Event.UNKNOWN;
    StreamHandler handler;
    private Endpoint client;
    private Endpoint server;

    Connection(TcpTracker tracker, long number, int ipVersion, long aHigh, long aLow, long bHigh, long bLow, int ports,
               long hash) {
        this.tracker = tracker;
        this.number = number;
        this.ipVersion = ipVersion;
        this.aHigh = aHigh;
        this.aLow = aLow;
        this.bHigh = bHigh;
        this.bLow = bLow;
        this.ports = ports;
        this.hash = hash;
    }

    /** A or B for the sender of a packet with these addresses, or -1 where it is another connection's. */
    int direction(int version, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow,
                  int packetPorts) {
        if (version != ipVersion) {
            return -1;
        }
        if (packetPorts == ports && sourceLow == aLow && destinationLow == bLow && sourceHigh == aHigh
                && destinationHigh == bHigh) {
            return A;
        }
        if (packetPorts == (ports >>> 16 | ports << 16) && sourceLow == bLow && destinationLow == aLow
                && sourceHigh == bHigh && destinationHigh == aHigh) {
            return B;
        }
        return -1;
    }

    HalfStream half(int direction) {
        return direction == A ? a : b;
    }

    HalfStream half(Side side) {
        return side == sideOfA ? a : b;
    }

    Side side(int direction) {
        return direction == A ? sideOfA : sideOfA.other();
    }

    Endpoint client() {
        if (client == null) {
            Endpoint ofA = new Endpoint(IpAddress.text(ipVersion, aHigh, aLow), ports >>> 16);
            Endpoint ofB = new Endpoint(IpAddress.text(ipVersion, bHigh, bLow), ports & 0xFFFF);
            client = sideOfA == Side.CLIENT ? ofA : ofB;
            server = sideOfA == Side.CLIENT ? ofB : ofA;
        }
        return client;
    }

    Endpoint server() {
        client();
        return server;
    }

    @Override
    public long stream() {
        return number;
    }

    @Override
    public long frame() {
        return tracker.frame();
    }

    @Override
    public long timeNs() {
        return tracker.timeNs();
    }

    @Override
    public TcpEvent.Start start() {
        return start;
    }
}
