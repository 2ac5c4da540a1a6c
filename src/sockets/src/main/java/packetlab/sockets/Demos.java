package packetlab.sockets;

import java.util.List;

/** All demos, family by family, in the order in which a learner may want to meet them. */
public final class Demos {
    private static final List<Demo> ALL = List.of(
            new WebSocketEcho(), new TcpEcho(), new TcpLifecycle(), new ManyClients(), new HalfClose(), new Reset(),
            new Nagle(), new Backpressure(), new Backlog(), new KeepAlive(), new FileTransfer(), new ReliableStream(),
            new Chat(),
            new UdpEcho(), new UdpBoundaries(), new UdpLoss(), new UdpUnreachable(), new Multicast(), new Sensors(),
            new Game(), new MediaStream(),
            new UnixStream(), new UnixDatagram(), new UnixAbstract(), new UnixCredentials(), new UnixDescriptor(),
            new Ping(), new RawHandshake(), new Sniffer(), new Traceroute(), new SpoofDetect());

    private Demos() {}

    public static List<Demo> all() {
        return ALL;
    }

    /** The demo of that name, or null. */
    public static Demo find(String name) {
        for (Demo demo : ALL) {
            if (demo.name().equals(name)) {
                return demo;
            }
        }
        return null;
    }
}
