package packetlab.latency;

import java.io.Closeable;
import java.io.IOException;
import packetlab.os.LiveSource;
import packetlab.os.RingOptions;
import packetlab.os.RingSource;
import packetlab.os.SocketAddress;

/**
 * Captures the packets of one round on lo, each as it was sent and as it was received, and splits the samples by their
 * stamps. Capturing has a thread of its own, which runs wherever the scheduler puts it.
 */
final class WireCapture implements Closeable {
    private static final int SNAPLEN = 160;
    private static final long SETTLE_MS = 5, SETTLE_AT_MOST_MS = 2_000;

    private final WirePackets packets;
    private final LiveSource source;
    private final Thread thread;
    private volatile IOException failure;
    private long settled;

    WireCapture(Setting setting, SocketAddress server, int messages) throws IOException {
        packets = new WirePackets(setting, port(server), messages);
        source = RingSource.open(RingOptions.on("lo").withFilter(filter(setting.transport(), port(server)))
                .withSnaplen(SNAPLEN).withBothCopies(true));
        thread = new Thread(this::run, "latency-capture");
        thread.setDaemon(true);
        thread.start();
    }

    private static int port(SocketAddress address) {
        return address instanceof SocketAddress.Ipv4 v4 ? v4.port()
                : address instanceof SocketAddress.Ipv6 v6 ? v6.port() : 0;
    }

    private static String filter(Transport transport, int port) {
        return switch (transport) {
            case RAW_ICMP -> "icmp or icmp6";
            case RAW_DATAGRAM -> "ip proto " + RawClient.REQUESTS + " or ip proto " + RawClient.ANSWERS
                    + " or ip6 proto " + RawClient.REQUESTS + " or ip6 proto " + RawClient.ANSWERS;
            case UDP -> "udp port " + port;
            default -> "tcp port " + port;
        };
    }

    /** How that client's messages lie in its stream. */
    void expect(Client client) {
        packets.expect(client);
    }

    private void run() {
        try {
            while (source.poll(packets) >= 0) {
                // on to the next ones
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** When all packets are in: the samples from {@code first} on, split; what is not known is left out. */
    WireSplit split(WireTimes client, ServerTimes server, long first, long sent) throws IOException {
        settle(lastAnswered(client, first, sent));
        if (failure != null) {
            throw failure;
        }
        WireSteps steps = new WireSteps(server != null ? WireSteps.Known.ALL : WireSteps.Known.PACKETS);
        for (long number = first; number < first + sent; number++) {
            int n = (int) number;
            if (client.receivedNs(n) != 0) {
                long[] times = steps.times();
                times[0] = client.sentNs(n);
                times[1] = packets.sentNs(n, true);
                times[2] = packets.receivedNs(n, true);
                times[3] = server == null ? 0 : server.receivedNs(n);
                times[4] = server == null ? 0 : server.sentNs(n);
                times[5] = packets.sentNs(n, false);
                times[6] = packets.receivedNs(n, false);
                times[7] = client.receivedNs(n);
                steps.record();
            }
        }
        return steps.split(source.dropped(), settled);
    }

    private static int lastAnswered(WireTimes client, long first, long sent) {
        for (int n = (int) (first + sent) - 1; n >= first; n--) {
            if (client.receivedNs(n) != 0) {
                return n;
            }
        }
        return -1;
    }

    /** Until the packets of that message are in, and so all before them; or none come any more. */
    private void settle(int last) {
        long deadline = System.nanoTime() + SETTLE_AT_MOST_MS * 1_000_000;
        try {
            while (last >= 0 && (packets.count() == 0 || packets.receivedNs(last, false) == 0) && System.nanoTime() - deadline < 0) {
                Thread.sleep(SETTLE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        settled = packets.count();      // a volatile read: what was written before it can be read now
    }

    @Override
    public void close() {
        source.close();
        try {
            thread.join(SETTLE_AT_MOST_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
