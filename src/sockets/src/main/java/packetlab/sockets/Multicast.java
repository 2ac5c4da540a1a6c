package packetlab.sockets;

import static packetlab.os.Sockets.AF_INET;
import static packetlab.os.Sockets.IPPROTO_IP;
import static packetlab.os.Sockets.IP_ADD_MEMBERSHIP;
import static packetlab.os.Sockets.IP_MULTICAST_IF;
import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SOL_SOCKET;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.SO_REUSEADDR;

import java.nio.ByteBuffer;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.SocketAddress;

/**
 * One packet, several receivers. Two sockets join the group 239.255.0.7 on the loopback interface; the sender knows
 * neither of them. To look at: one sendto() is one packet on the wire and a recvfrom() at each member; the group's
 * address is in the packet, as if it were a machine's.
 */
final class Multicast extends Pair {
    private static final int GROUP = 0xEFFF_0007, LOOPBACK = 0x7F00_0001;
    private static final String[] NEWS = {"first", "second", "third"};
    private static final int MEMBERS = 2;

    Multicast() {
        super("multicast", Family.DATAGRAM, Wire.UDP, "one packet for all members of a group, on loopback");
    }

    /** Datagrams, not members. */
    @Override
    public int clients() {
        return NEWS.length;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int[] members = new int[MEMBERS];
        SocketAddress group = new SocketAddress.Ipv4(GROUP, Stage.port(stage.at()));
        for (int i = 0; i < MEMBERS; i++) {
            members[i] = server.socket(AF_INET, SOCK_DGRAM, 0);
            server.setsockopt(members[i], SOL_SOCKET, SO_REUSEADDR, 1);         // several may have the same address
            server.bind(members[i], group);
            group = server.getsockname(members[i]);
            server.setsockopt(members[i], IPPROTO_IP, IP_ADD_MEMBERSHIP, addresses(GROUP, LOOPBACK),
                    "{239.255.0.7 on 127.0.0.1}");
            server.setTimeout(members[i], SO_RCVTIMEO, stage.patienceMs());
        }
        stage.serving(group);
        AddressBuffer from = new AddressBuffer();
        for (int served = 0; stage.expects(served); served++) {
            for (int member : members) {
                server.recvfrom(member, ByteBuffer.allocateDirect(1_500), from);
            }
            stage.say(Side.SERVER, "one packet from " + from.get() + " has reached " + MEMBERS + " sockets");
        }
        for (int member : members) {
            server.close(member);
        }
    }

    @Override
    void connect(Stage stage, SocketAddress group) throws Exception {
        Calls client = stage.client();
        int socket = client.socket(AF_INET, SOCK_DGRAM, 0);
        client.setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, addresses(LOOPBACK), "{127.0.0.1}");
        for (String news : NEWS) {
            client.sendto(socket, Octets.of(news), group);
        }
        client.close(socket);
    }

    /** Addresses as the kernel takes them: struct in_addr, and struct ip_mreq, which are two. */
    private static ByteBuffer addresses(int... addresses) {
        ByteBuffer struct = ByteBuffer.allocateDirect(4 * addresses.length);
        for (int address : addresses) {
            struct.putInt(address);
        }
        return struct.flip();
    }
}
