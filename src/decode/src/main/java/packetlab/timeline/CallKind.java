package packetlab.timeline;

import packetlab.event.CallEvent;

/** What a socket call does, by its name in C. */
public enum CallKind {
    CONNECT, ACCEPT, SEND, RECEIVE, SHUTDOWN, CLOSE, OTHER;

    public static CallKind of(String name) {
        return switch (name) {
            case "connect" -> CONNECT;
            case "accept", "accept4" -> ACCEPT;
            case "send", "sendto", "sendmsg", "sendmmsg", "write", "writev", "sendfile" -> SEND;
            case "recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv" -> RECEIVE;
            case "shutdown" -> SHUTDOWN;
            case "close" -> CLOSE;
            default -> OTHER;
        };
    }

    /** Whether a call took octets out of the socket, or only looked at them: flags stand behind the data. */
    static boolean peeks(CallEvent call) {
        return call.args() != null && call.args().indexOf("MSG_PEEK", call.args().lastIndexOf('"') + 1) >= 0;
    }
}
