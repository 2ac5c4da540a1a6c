package packetlab.timeline;

/** Addresses of sockets and of packets as text, made comparable. */
final class Ends {
    private static final String MAPPED = "[::ffff:";

    private Ends() {}

    /** An IPv4 address that an IPv6 socket calls [::ffff:1.2.3.4]:80 is 1.2.3.4:80 on the wire; a scope is not there. */
    static String normal(String end) {
        if (end == null || !end.startsWith("[")) {
            return end;
        }
        int close = end.indexOf(']');
        if (close < 0) {
            return end;
        }
        if (end.startsWith(MAPPED) && end.indexOf('.') > 0) {
            return end.substring(MAPPED.length(), close) + end.substring(close + 1);
        }
        int scope = end.indexOf('%');
        return scope > 0 && scope < close ? end.substring(0, scope) + end.substring(close) : end;
    }

    static String port(String end) {
        return end.substring(end.lastIndexOf(':') + 1);
    }

    /** The address without its port. */
    static String host(String end) {
        int colon = end.lastIndexOf(':');
        String host = colon < 0 ? end : end.substring(0, colon);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether a packet's end can be this socket's, which may be bound to all addresses. */
    static boolean matches(String socketEnd, String packetEnd) {
        if (socketEnd.equals(packetEnd)) {
            return true;
        }
        String host = host(socketEnd);
        return (host.equals("0.0.0.0") || host.equals("::")) && port(socketEnd).equals(port(packetEnd));
    }
}
