package packetlab.os;

/** Turns a failed call into the exception that says most: what the error means for this call, and what helps. */
final class Failure {
    private Failure() {}

    static OsException of(String call, String arguments, int errno) {
        return new OsException(call, arguments, errno, hint(call, Errno.of(errno)));
    }

    /** Of socket(2): a packet or raw socket that is refused is a right that can be granted. */
    static OsException of(String call, String arguments, int errno, int domain, int type) {
        boolean raw = domain == Sockets.AF_PACKET || (type & 0xF) == Sockets.SOCK_RAW;
        if (raw && isRefusal(errno)) {
            return new PermissionException("may not open a raw socket: CAP_NET_RAW is missing", call, arguments, errno);
        }
        return of(call, arguments, errno);
    }

    static boolean isRefusal(int errno) {
        return errno == Errno.EPERM.number() || errno == Errno.EACCES.number();
    }

    private static String hint(String call, Errno errno) {
        if (errno == null) {
            return null;
        }
        return switch (errno) {
            case EADDRINUSE -> "another socket holds this address, or held it within the last minute; "
                    + "ss -tulpnx shows which";
            case EADDRNOTAVAIL -> call.equals("connect") ? "no free local port is left, or no such address here"
                    : "no interface of this machine has this address";
            case ECONNREFUSED -> "nobody listens there";
            case ECONNRESET -> "the other end sent a reset";
            case EPIPE -> "the connection is closed for sending";
            case ETIMEDOUT -> "the other end did not answer";
            case ENETUNREACH -> "no route leads there; is the interface up?";
            case EHOSTUNREACH -> "the last router found no such host";
            case ENETDOWN -> "the interface is down";
            case EMFILE -> "this process may open no more files; ulimit -n shows the limit";
            case EMSGSIZE -> "a UDP datagram over IPv4 carries at most 65507 octets";
            case EACCES -> switch (call) {
                case "bind" -> "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE; "
                        + "a path needs a directory that you may write";
                case "socket" -> "for ICMP see sysctl net.ipv4.ping_group_range";
                case "connect", "send", "sendto" -> "a broadcast address needs SO_BROADCAST; a firewall may refuse too";
                default -> null;
            };
            case EPERM -> call.startsWith("send") ? "a firewall rule refuses it" : null;
            case ENOENT -> call.equals("connect") || call.equals("bind") ? "no such path" : null;
            default -> null;
        };
    }
}
