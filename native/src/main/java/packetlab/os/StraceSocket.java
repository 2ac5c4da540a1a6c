package packetlab.os;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.CallEvent.Transport;

/** Sockets as {@code strace -yy} names them behind a descriptor. */
final class StraceSocket {
    private static final Pattern DESCRIPTOR = Pattern.compile("(\\d{1,9})<([A-Z][A-Za-z0-9-]*):\\[(.*)]>(?:\\(deleted\\))?");

    private StraceSocket() {}

    /** Whether a descriptor that is no plain file stands there: a socket, a pipe, an epoll descriptor. */
    static boolean isAmong(String arguments) {
        return DESCRIPTOR.matcher(arguments).find();
    }

    /** A socket as strace names it, such as {@code 3<TCP:[127.0.0.1:80->127.0.0.1:50000]>}; null where it is none. */
    static SeenCall.Sight sight(String text, long stampNs, String peer) {
        Matcher m = DESCRIPTOR.matcher(text);
        if (!m.lookingAt()) {
            return null;
        }
        String protocol = m.group(2);
        String ends = m.group(3);
        Transport transport = switch (protocol) {
            case "TCP", "TCPv6" -> Transport.TCP;
            case "UDP", "UDPv6" -> Transport.UDP;
            case "UNIX-STREAM" -> Transport.UNIX_STREAM;
            case "UNIX-DGRAM" -> Transport.UNIX_DATAGRAM;
            case "UNIX" -> null;        // the kernel did not tell strace which: what made it has
            default -> protocol.startsWith("NETLINK") ? null : Transport.OTHER;
        };
        if (transport == null && !protocol.equals("UNIX")) {
            return null;
        }
        long descriptor = Long.parseLong(m.group(1));
        if (protocol.startsWith("UNIX")) {
            int comma = ends.indexOf(",\"");
            String inode = ends.split("\\D", 2)[0];
            String path = comma < 0 ? null : ends.substring(comma + 1).replaceFirst("^\"(.*)\"$", "$1");
            return new SeenCall.Sight("inode " + inode, descriptor, transport, path, peer, stampNs);
        }
        int arrow = ends.indexOf("->");
        if (arrow >= 0) {
            return new SeenCall.Sight(SeenCall.Sight.ENDS + protocol + " " + ends, descriptor, transport,
                    ends.substring(0, arrow), peer == null ? ends.substring(arrow + 2) : peer, stampNs);
        }
        boolean number = ends.chars().allMatch(Character::isDigit);
        return number ? new SeenCall.Sight("inode " + ends, descriptor, transport, null, peer, stampNs)
                : new SeenCall.Sight(null, descriptor, transport, ends, peer, stampNs);
    }
}
