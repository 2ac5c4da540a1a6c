package packetlab.os;

import java.util.ArrayList;
import java.util.List;

/** Arguments of socket calls as a person would write them. */
public final class SocketText {
    private SocketText() {}

    /** Such as {@code AF_INET, SOCK_STREAM, 0}. */
    public static String socket(int domain, int type, int protocol) {
        return domain(domain) + ", " + type(type) + ", " + protocol(domain, protocol);
    }

    public static String domain(int domain) {
        return switch (domain) {
            case Sockets.AF_UNIX -> "AF_UNIX";
            case Sockets.AF_INET -> "AF_INET";
            case Sockets.AF_INET6 -> "AF_INET6";
            case Sockets.AF_PACKET -> "AF_PACKET";
            default -> Integer.toString(domain);
        };
    }

    public static String type(int type) {
        int bare = type & ~(Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
        String name = switch (bare) {
            case Sockets.SOCK_STREAM -> "SOCK_STREAM";
            case Sockets.SOCK_DGRAM -> "SOCK_DGRAM";
            case Sockets.SOCK_RAW -> "SOCK_RAW";
            case Sockets.SOCK_SEQPACKET -> "SOCK_SEQPACKET";
            default -> Integer.toString(bare);
        };
        return name + ((type & Sockets.SOCK_NONBLOCK) != 0 ? "|SOCK_NONBLOCK" : "")
                + ((type & Sockets.SOCK_CLOEXEC) != 0 ? "|SOCK_CLOEXEC" : "");
    }

    private static String protocol(int domain, int protocol) {
        boolean ip = domain == Sockets.AF_INET || domain == Sockets.AF_INET6;
        if (!ip || protocol == 0) {
            return Integer.toString(protocol);
        }
        return switch (protocol) {
            case Sockets.IPPROTO_ICMP -> "IPPROTO_ICMP";
            case Sockets.IPPROTO_TCP -> "IPPROTO_TCP";
            case Sockets.IPPROTO_UDP -> "IPPROTO_UDP";
            case Sockets.IPPROTO_ICMPV6 -> "IPPROTO_ICMPV6";
            case Sockets.IPPROTO_RAW -> "IPPROTO_RAW";
            default -> Integer.toString(protocol);
        };
    }

    /** Such as {@code SHUT_WR}. */
    public static String how(int how) {
        return switch (how) {
            case Sockets.SHUT_RD -> "SHUT_RD";
            case Sockets.SHUT_WR -> "SHUT_WR";
            case Sockets.SHUT_RDWR -> "SHUT_RDWR";
            default -> Integer.toString(how);
        };
    }

    /** A comma and the flags by name, or nothing where there are none. */
    public static String flags(int flags) {
        if (flags == 0) {
            return "";
        }
        List<String> names = new ArrayList<>();
        int[] known = {Sockets.MSG_OOB, Sockets.MSG_PEEK, Sockets.MSG_TRUNC, Sockets.MSG_DONTWAIT,
            Sockets.MSG_WAITALL, Sockets.MSG_ERRQUEUE, Sockets.MSG_NOSIGNAL, Sockets.MSG_CMSG_CLOEXEC};
        String[] knownNames = {"MSG_OOB", "MSG_PEEK", "MSG_TRUNC", "MSG_DONTWAIT", "MSG_WAITALL", "MSG_ERRQUEUE",
            "MSG_NOSIGNAL", "MSG_CMSG_CLOEXEC"};
        int rest = flags;
        for (int i = 0; i < known.length; i++) {
            if ((flags & known[i]) != 0) {
                names.add(knownNames[i]);
                rest &= ~known[i];
            }
        }
        if (rest != 0) {
            names.add("0x" + Integer.toHexString(rest));
        }
        return ", " + String.join("|", names);
    }

    /** Such as {@code IPPROTO_TCP, TCP_NODELAY}. */
    public static String option(int level, int option) {
        return switch (level) {
            case Sockets.SOL_SOCKET -> "SOL_SOCKET, " + socketOption(option);
            case Sockets.IPPROTO_TCP -> "IPPROTO_TCP, " + tcpOption(option);
            case Sockets.IPPROTO_IP -> "IPPROTO_IP, " + ipOption(option);
            case PacketSocket.SOL_PACKET -> "SOL_PACKET, " + packetOption(option);
            default -> level + ", " + option;
        };
    }

    private static String packetOption(int option) {
        return switch (option) {
            case PacketSocket.ADD_MEMBERSHIP -> "PACKET_ADD_MEMBERSHIP";
            case PacketSocket.RX_RING -> "PACKET_RX_RING";
            case PacketSocket.AUXDATA -> "PACKET_AUXDATA";
            case PacketSocket.VERSION -> "PACKET_VERSION";
            case PacketSocket.RESERVE -> "PACKET_RESERVE";
            case PacketSocket.IGNORE_OUTGOING -> "PACKET_IGNORE_OUTGOING";
            default -> Integer.toString(option);
        };
    }

    private static String ipOption(int option) {
        return switch (option) {
            case Sockets.IP_TTL -> "IP_TTL";
            case Sockets.IP_HDRINCL -> "IP_HDRINCL";
            case Sockets.IP_RECVTTL -> "IP_RECVTTL";
            case Sockets.IP_MULTICAST_IF -> "IP_MULTICAST_IF";
            case Sockets.IP_MULTICAST_TTL -> "IP_MULTICAST_TTL";
            case Sockets.IP_MULTICAST_LOOP -> "IP_MULTICAST_LOOP";
            case Sockets.IP_ADD_MEMBERSHIP -> "IP_ADD_MEMBERSHIP";
            case Sockets.IP_DROP_MEMBERSHIP -> "IP_DROP_MEMBERSHIP";
            default -> Integer.toString(option);
        };
    }

    private static String socketOption(int option) {
        return switch (option) {
            case Sockets.SO_REUSEADDR -> "SO_REUSEADDR";
            case Sockets.SO_ERROR -> "SO_ERROR";
            case Sockets.SO_SNDBUF -> "SO_SNDBUF";
            case Sockets.SO_RCVBUF -> "SO_RCVBUF";
            case Sockets.SO_KEEPALIVE -> "SO_KEEPALIVE";
            case Sockets.SO_LINGER -> "SO_LINGER";
            case Sockets.SO_REUSEPORT -> "SO_REUSEPORT";
            case Sockets.SO_RCVTIMEO -> "SO_RCVTIMEO";
            case Sockets.SO_SNDTIMEO -> "SO_SNDTIMEO";
            case Sockets.SO_TYPE -> "SO_TYPE";
            case Sockets.SO_PEERCRED -> "SO_PEERCRED";
            case Sockets.SO_TIMESTAMPNS -> "SO_TIMESTAMPNS";
            case Sockets.SO_TIMESTAMPING -> "SO_TIMESTAMPING";
            case Sockets.SO_DOMAIN -> "SO_DOMAIN";
            case Sockets.SO_LOCK_FILTER -> "SO_LOCK_FILTER";
            case Sockets.SO_ATTACH_FILTER -> "SO_ATTACH_FILTER";
            case Sockets.SO_DETACH_FILTER -> "SO_DETACH_FILTER";
            case Sockets.SO_MEMINFO -> "SO_MEMINFO";
            default -> Integer.toString(option);
        };
    }

    private static String tcpOption(int option) {
        return switch (option) {
            case Sockets.TCP_NODELAY -> "TCP_NODELAY";
            case Sockets.TCP_MAXSEG -> "TCP_MAXSEG";
            case Sockets.TCP_CORK -> "TCP_CORK";
            case Sockets.TCP_KEEPIDLE -> "TCP_KEEPIDLE";
            case Sockets.TCP_KEEPINTVL -> "TCP_KEEPINTVL";
            case Sockets.TCP_KEEPCNT -> "TCP_KEEPCNT";
            case Sockets.TCP_QUICKACK -> "TCP_QUICKACK";
            case Sockets.TCP_USER_TIMEOUT -> "TCP_USER_TIMEOUT";
            default -> Integer.toString(option);
        };
    }
}
