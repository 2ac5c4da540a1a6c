package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Links, addresses, routes and rules of this thread's network namespace, by rtnetlink(7); each needs CAP_NET_ADMIN there.
 * IPv4 only. One request at a time; use by one thread.
 * <pre>
 *  nlmsghdr  length(4) type(2) flags(2) sequence(4) port(4) | a struct of the type | attributes
 *  rtattr    length(2) type(2) value, padded to 4
 * </pre>
 */
final class Netlink implements AutoCloseable {
    private static final int AF_NETLINK = 16, NETLINK_ROUTE = 0;
    private static final int NEWLINK = 16, NEWADDR = 20, NEWROUTE = 24, GETROUTE = 26, NEWRULE = 32, DELRULE = 33, ERROR = 2;
    private static final int REQUEST = 1, ACK = 4, EXCLUSIVE = 0x200, CREATE = 0x400;
    private static final int HEADER = 16, ATTRIBUTE = 4;
    private static final int IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_LINKINFO = 18, INFO_KIND = 1,
            INFO_DATA = 2, VETH_PEER = 1;
    private static final int IFA_ADDRESS = 1, IFA_LOCAL = 2;
    private static final int RTA_DESTINATION = 1, RTA_INTERFACE = 4, RTA_SOURCE = 7;
    private static final int FRA_INTERFACE = 3, FRA_PRIORITY = 6, FRA_TABLE = 15, TO_TABLE = 1;
    static final int TABLE_MAIN = 254, TABLE_LOCAL = 255;
    private static final int PROTOCOL_STATIC = 4, SCOPE_LINK = 253, UNICAST = 1;
    private static final int CAPACITY = 2048;

    /** One end of a cable that is to be made. {@code hardwareAddress}: the low 48 bits. */
    record End(String name, long hardwareAddress) {}

    private final int fd;
    private final ByteBuffer message = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    private int sequence;
    private String what;

    Netlink() throws OsException {
        fd = Sockets.socket(AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, NETLINK_ROUTE);
    }

    /** Makes a virtual cable whose two ends are interfaces of this namespace, both down. */
    void addCable(End one, End other, int mtu) throws OsException {
        begin(NEWLINK, REQUEST | ACK | CREATE | EXCLUSIVE, "veth " + one.name + " - " + other.name);
        interfaceStruct(0);
        end(one, mtu);
        int info = open(IFLA_LINKINFO);
        attribute(INFO_KIND, "veth".getBytes(StandardCharsets.US_ASCII));
        int data = open(INFO_DATA);
        int peer = open(VETH_PEER);
        interfaceStruct(0);
        end(other, mtu);
        close(peer);
        close(data);
        close(info);
        send();
    }

    private void end(End end, int mtu) {
        attribute(IFLA_IFNAME, (end.name + "\0").getBytes(StandardCharsets.US_ASCII));
        byte[] address = new byte[6];
        for (int i = 0; i < 6; i++) {
            address[i] = (byte) (end.hardwareAddress >>> 40 - 8 * i);
        }
        attribute(IFLA_ADDRESS, address);
        attribute(IFLA_MTU, mtu);
    }

    private void interfaceStruct(int index) {
        message.putInt(0).putInt(index).putInt(0).putInt(0);
    }

    /** Gives an interface an address; the network of that length is then reached through it. */
    void addAddress(int index, int address, int prefixLength) throws OsException {
        begin(NEWADDR, REQUEST | ACK | CREATE | EXCLUSIVE, text(address, prefixLength));
        message.put((byte) Sockets.AF_INET).put((byte) prefixLength).put((byte) 0).put((byte) 0).putInt(index);
        attribute(IFA_LOCAL, octets(address));
        attribute(IFA_ADDRESS, octets(address));
        send();
    }

    /** From now on what goes there leaves through that interface, from that address where the sender has named none. */
    void addRoute(int address, int prefixLength, int index, int source) throws OsException {
        begin(NEWROUTE, REQUEST | ACK | CREATE | EXCLUSIVE, text(address, prefixLength));
        message.put((byte) Sockets.AF_INET).put((byte) prefixLength).put((byte) 0).put((byte) 0)
                .put((byte) TABLE_MAIN).put((byte) PROTOCOL_STATIC).put((byte) SCOPE_LINK).put((byte) UNICAST).putInt(0);
        attribute(RTA_DESTINATION, octets(address));
        attribute(RTA_INTERFACE, index);
        attribute(RTA_SOURCE, octets(source));
        send();
    }

    /** The interface that a packet to that address would leave by, by its index. */
    int interfaceTo(int address) throws OsException {
        begin(GETROUTE, REQUEST, text(address, 32));
        message.put((byte) Sockets.AF_INET).put((byte) 32).put((byte) 0).put((byte) 0).putInt(0).putInt(0);
        attribute(RTA_DESTINATION, octets(address));
        send();
        int end = message.getInt(0);
        for (int at = HEADER + 12; at + ATTRIBUTE <= end; at += Math.max(ATTRIBUTE, message.getShort(at) + 3 & ~3)) {
            if (message.getShort(at + 2) == RTA_INTERFACE) {
                return message.getInt(at + ATTRIBUTE);
            }
        }
        throw new OsException("RTM_GETROUTE", what, Errno.ENETUNREACH.number());
    }

    /**
     * A rule of routing: which table is asked, in order of priority.
     *
     * @param from interface that a packet has come in by; null for every packet
     */
    void addRule(int priority, String from, int table) throws OsException {
        begin(NEWRULE, REQUEST | ACK | CREATE | EXCLUSIVE, "priority " + priority);
        rule(priority, from, table);
    }

    void deleteRule(int priority, int table) throws OsException {
        begin(DELRULE, REQUEST | ACK, "priority " + priority);
        rule(priority, null, table);
    }

    private void rule(int priority, String from, int table) throws OsException {
        message.put((byte) Sockets.AF_INET).put((byte) 0).put((byte) 0).put((byte) 0)
                .put((byte) table).put((byte) 0).put((byte) 0).put((byte) TO_TABLE).putInt(0);
        attribute(FRA_PRIORITY, priority);
        attribute(FRA_TABLE, table);
        if (from != null) {
            attribute(FRA_INTERFACE, (from + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        send();
    }

    private void begin(int type, int flags, String words) {
        what = words;
        message.clear();
        message.putInt(0).putShort((short) type).putShort((short) flags).putInt(++sequence).putInt(0);
    }

    private int open(int type) {
        int at = message.position();
        message.putShort((short) 0).putShort((short) type);
        return at;
    }

    private void close(int at) {
        message.putShort(at, (short) (message.position() - at));
    }

    private void attribute(int type, byte[] value) {
        message.putShort((short) (ATTRIBUTE + value.length)).putShort((short) type).put(value);
        while ((message.position() & 3) != 0) {
            message.put((byte) 0);
        }
    }

    private void attribute(int type, int value) {
        message.putShort((short) (ATTRIBUTE + 4)).putShort((short) type).putInt(value);
    }

    private static byte[] octets(int address) {
        return ByteBuffer.allocate(4).putInt(address).array();
    }

    private static String text(int address, int prefixLength) {
        return packetlab.wire.IpAddress.text(4, 0, address & 0xFFFF_FFFFL) + "/" + prefixLength;
    }

    private void send() throws OsException {
        int type = message.getShort(4);
        message.putInt(0, message.position()).flip();
        Sockets.send(fd, message, 0);
        message.clear();
        Sockets.recv(fd, message, 0);
        int error = message.position() >= HEADER + 4 && message.getShort(4) == ERROR ? -message.getInt(HEADER) : 0;
        if (error != 0) {
            throw new OsException(call(type), what, error,
                    error == Errno.EOPNOTSUPP.number() ? "this kernel was built without it"
                            : error == Errno.ENETUNREACH.number() ? "no interface routes there"
                            : error == Errno.EPERM.number() ? "CAP_NET_ADMIN is missing in this network namespace" : null);
        }
    }

    private static String call(int type) {
        return switch (type) {
            case NEWLINK -> "RTM_NEWLINK";
            case NEWADDR -> "RTM_NEWADDR";
            case NEWROUTE -> "RTM_NEWROUTE";
            case GETROUTE -> "RTM_GETROUTE";
            case NEWRULE -> "RTM_NEWRULE";
            default -> "RTM_DELRULE";
        };
    }

    @Override
    public void close() throws OsException {
        Sockets.close(fd);
    }
}
