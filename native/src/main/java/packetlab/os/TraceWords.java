package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The arguments of a call that was seen as numbers and octets, as a person would write them: see {@link SocketText}. */
final class TraceWords {
    private TraceWords() {}

    /** What a call was seen with: up to three numbers, an address, and the first octets that it carried. */
    record Seen(String call, long a, long b, long c, String address, ByteBuffer octets, long result, boolean failed) {}

    static String of(Seen seen) {
        return switch (seen.call) {
            case "socket", "socketpair" -> SocketText.socket((int) seen.a, (int) seen.b, (int) seen.c);
            case "bind", "connect" -> seen.address == null ? "" : seen.address;
            case "listen" -> Long.toString(seen.a);
            case "accept", "accept4" -> seen.failed || seen.address == null ? "" : seen.address;
            case "shutdown" -> SocketText.how((int) seen.a);
            case "setsockopt", "getsockopt" -> SocketText.option((int) seen.a, (int) seen.b) + value(seen);
            case "send", "sendto", "sendmsg", "sendmmsg", "write", "writev" -> octets(seen, seen.a) + (seen.failed ? "" : ", ") + seen.a
                    + parts(seen) + SocketText.flags((int) seen.b) + address(seen);
            case "sendfile" -> seen.b + ", " + seen.a;
            case "recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv" -> (seen.failed ? ""
                    : octets(seen, Math.min(seen.result, seen.a)) + ", ") + seen.a + parts(seen)
                    + SocketText.flags((int) seen.b) + (seen.failed ? "" : address(seen));
            case "poll", "ppoll", "select", "pselect" -> WaitWords.of(seen, timeout(seen));
            case "epoll_wait", "epoll_pwait", "epoll_pwait2" -> seen.a + ", " + timeout(seen);
            case "dup2", "dup3" -> Long.toString(seen.a);
            default -> "";
        };
    }

    /** Of a call that failed nothing is known: what it was to send may not even be readable. */
    private static String octets(Seen seen, long whole) {
        return seen.failed ? "" : OctetText.of(seen.octets, 0, (int) Math.max(0, Math.min(seen.octets.limit(), whole)), whole);
    }

    /** Named only where the call itself names it. */
    private static String address(Seen seen) {
        boolean named = seen.call.endsWith("to") || seen.call.endsWith("from") || seen.call.endsWith("msg");
        return named && seen.address != null ? ", " + seen.address : "";
    }

    /** Of several messages in one call: in how many pieces it was, which one it is, from 1, and of how many. */
    static long place(long pieces, long number, long of) {
        return pieces & 0xFFFF | (number & 0xFFFF) << 16 | (of & 0xFFFF) << 32;
    }

    private static String parts(Seen seen) {
        boolean vector = seen.call.endsWith("v") || seen.call.endsWith("msg");
        long parts = seen.c & 0xFFFF;
        long number = seen.c >> 16 & 0xFFFF;
        return (vector && parts > 1 ? ", in " + parts + " parts" : "")
                + (seen.call.endsWith("mmsg") && number > 0 ? ", message " + number + " of " + (seen.c >> 32 & 0xFFFF) : "");
    }

    private static String timeout(Seen seen) {
        return seen.b < 0 ? "no timeout" : seen.b + " ms";
    }

    private static String value(Seen seen) {
        int length = seen.octets.limit();
        if (length == 0) {
            return "";
        }
        ByteBuffer octets = seen.octets.order(ByteOrder.nativeOrder());
        if (length == Integer.BYTES) {
            return ", " + octets.getInt(0);
        }
        if (length == 2 * Long.BYTES) {     // struct timeval, or timespec
            return ", {" + octets.getLong(0) + ", " + octets.getLong(Long.BYTES) + "}";
        }
        if (length == 2 * Integer.BYTES) {  // struct linger
            return ", {" + octets.getInt(0) + ", " + octets.getInt(Integer.BYTES) + "}";
        }
        return ", " + seen.c + " octets";
    }
}
