package packetlab.latency;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import packetlab.os.AddressBuffer;
import packetlab.os.MessageMemory;
import packetlab.os.SocketAddress;
import packetlab.os.SocketFilter;
import packetlab.os.Sockets;

/**
 * The client's end on raw IP sockets (raw(7)). ICMP echo: the kernel of the other end answers. A datagram protocol of our
 * own: requests are of protocol 253 and answers of 254, the numbers for experiments (RFC 3692), as a raw socket gets all
 * packets of its protocol, also those that it has sent itself over lo.
 */
final class RawClient implements Client {
    static final int REQUESTS = 253, ANSWERS = 254;
    private static final int SOL_RAW = 255, ICMP_FILTER = 1, ICMPV6_FILTER = 1, ICMPV6_FILTER_LENGTH = 32;
    private static final int ECHO_REQUEST = 8, ECHO_REPLY = 0, ECHO_REQUEST_V6 = 128, ECHO_REPLY_V6 = 129;
    private static final int ICMP_HEADER = 8, MAX_IP_HEADER = 60;

    private final boolean icmp;
    private final boolean v6;
    private final int size;
    private final int sending;
    private final int receiving;
    private final int identifier;
    private final MessageMemory out;
    private final MessageMemory in;
    private final AddressBuffer to;
    private final Patience patience;
    private final SocketAddress local;
    private long restSum;

    RawClient(Setting setting, SocketAddress server, long limitNs) throws IOException {
        icmp = setting.transport() == Transport.RAW_ICMP;
        v6 = server.family() == Sockets.AF_INET6;
        size = setting.size();
        int length = size + (icmp ? ICMP_HEADER : 0);
        out = new MessageMemory(length);
        in = new MessageMemory(length + MAX_IP_HEADER);
        to = new AddressBuffer(server);
        int type = Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC;
        receiving = Sockets.socket(server.family(), type,
                !icmp ? ANSWERS : v6 ? Sockets.IPPROTO_ICMPV6 : Sockets.IPPROTO_ICMP);
        int own = receiving;
        try {
            Ends.prepare(receiving, setting);
            Ends.limit(receiving, limitNs / 1_000);
            if (icmp) {
                takeOnlyReplies();
            } else {
                own = Sockets.socket(server.family(), type, REQUESTS);
                SocketFilter.nothing().attachTo(own);
            }
            Sockets.connect(receiving, server);         // from there only
            local = Sockets.getsockname(receiving);
        } catch (IOException | RuntimeException e) {
            Ends.close(receiving);
            if (own != receiving) {
                Ends.close(own);
            }
            throw e;
        }
        sending = own;
        identifier = receiving * 7919 + (int) ProcessHandle.current().pid() & 0xFFFF;
        patience = new Patience(setting.waiting(), limitNs);
        if (icmp) {
            out.buffer().put(0, (byte) (v6 ? ECHO_REQUEST_V6 : ECHO_REQUEST)).putShort(4, (short) identifier);
        }
        for (int at = ICMP_HEADER + 8; at + 1 < length; at += 2) {
            restSum += out.buffer().getShort(at) & 0xFFFF;
        }
    }

    private void takeOnlyReplies() throws IOException {
        if (v6) {
            ByteBuffer refused = ByteBuffer.allocateDirect(ICMPV6_FILTER_LENGTH).order(ByteOrder.nativeOrder());
            for (int i = 0; i < ICMPV6_FILTER_LENGTH; i += 4) {
                refused.putInt(i, -1);
            }
            refused.putInt(ECHO_REPLY_V6 / 32 * 4, ~(1 << ECHO_REPLY_V6 % 32));
            Sockets.setsockopt(receiving, Sockets.IPPROTO_ICMPV6, ICMPV6_FILTER, refused);
        } else {
            Sockets.setsockopt(receiving, SOL_RAW, ICMP_FILTER, ~(1 << ECHO_REPLY));
        }
    }

    @Override
    public void send(long number) throws IOException {
        ByteBuffer message = out.buffer();
        if (icmp) {
            message.putShort(6, (short) number).putLong(ICMP_HEADER, number);
            if (!v6) {          // of ICMPv6 the kernel makes it
                message.putShort(2, (short) 0);
                message.putShort(2, (short) checksum(message));
            }
        } else {
            message.putLong(0, number);
        }
        if (out.sendTo(sending, 0, out.capacity(), 0, to) == MessageMemory.NOTHING) {
            throw new IOException("no packet could be sent for " + Ends.PATIENCE_US / 1_000_000 + " s");
        }
    }

    /** RFC 1071; of what never changes the sum is known. */
    private int checksum(ByteBuffer message) {
        long sum = restSum;
        for (int at = 0; at < ICMP_HEADER + 8; at += 2) {
            sum += message.getShort(at) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (int) ~sum;
    }

    @Override
    public long receive() throws IOException {
        while (true) {
            int n = patience.receive(in, receiving, in.capacity(), null);
            if (n <= 0) {
                return NOTHING;
            }
            ByteBuffer packet = in.buffer();
            int at = v6 ? 0 : (packet.get(0) & 0xF) * 4;
            if (icmp) {
                // Other programs' replies come here, too.
                if (n - at != size + ICMP_HEADER || (packet.getShort(at + 4) & 0xFFFF) != identifier
                        || packet.get(at) != (byte) (v6 ? ECHO_REPLY_V6 : ECHO_REPLY)) {
                    continue;
                }
                return packet.getLong(at + ICMP_HEADER);
            }
            if (n - at == size) {
                return packet.getLong(at);
            }
        }
    }

    @Override
    public SocketAddress local() {
        return local;
    }

    @Override
    public long octets(boolean sent) {
        return size;
    }

    @Override
    public void abort() {
        Ends.shutdown(receiving);
    }

    @Override
    public void close() {
        Ends.close(receiving);
        if (sending != receiving) {
            Ends.close(sending);
        }
    }
}
