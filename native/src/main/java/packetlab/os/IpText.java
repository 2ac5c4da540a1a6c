package packetlab.os;

/** IP addresses from their numeric text; the other way is {@link packetlab.wire.IpAddress}. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    /** Four decimal octets; the shortened and octal forms of inet_aton are refused, because people misread them. */
    static int parseIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        int address = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                throw notAnAddress(text);
            }
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    static SocketAddress.Ipv6 parseIpv6(String text, int port) {
        int percent = text.indexOf('%');
        String address = percent < 0 ? text : text.substring(0, percent);
        int scope = percent < 0 ? 0 : scope(text, text.substring(percent + 1));
        int gap = address.indexOf("::");
        if (gap >= 0 && address.indexOf("::", gap + 1) >= 0) {
            throw notAnAddress(text);
        }
        int[] head = groups(text, gap < 0 ? address : address.substring(0, gap));
        int[] tail = gap < 0 ? new int[0] : groups(text, address.substring(gap + 2));
        int given = head.length + tail.length;
        if (gap < 0 ? given != GROUPS : given >= GROUPS) {
            throw notAnAddress(text);
        }
        long[] halves = new long[2];
        for (int i = 0; i < head.length; i++) {
            set(halves, i, head[i]);
        }
        for (int i = 0; i < tail.length; i++) {
            set(halves, GROUPS - tail.length + i, tail[i]);
        }
        return new SocketAddress.Ipv6(halves[0], halves[1], port, scope);
    }

    private static void set(long[] halves, int i, int group) {
        halves[i >>> 2] |= (long) group << 48 - 16 * (i & 3);
    }

    private static int[] groups(String whole, String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean dotted = parts[parts.length - 1].indexOf('.') >= 0;       // RFC 4291 section 2.2: ::ffff:127.0.0.1
        int[] groups = new int[parts.length + (dotted ? 1 : 0)];
        if (groups.length > GROUPS) {
            throw notAnAddress(whole);
        }
        for (int i = 0; i < parts.length; i++) {
            if (dotted && i == parts.length - 1) {
                int v4 = parseIpv4(parts[i]);
                groups[i] = v4 >>> 16;
                groups[i + 1] = v4 & 0xFFFF;
            } else if (parts[i].matches("[0-9A-Fa-f]{1,4}")) {
                groups[i] = Integer.parseInt(parts[i], 16);
            } else {
                throw notAnAddress(whole);
            }
        }
        return groups;
    }

    private static int scope(String whole, String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Integer.parseInt(text);
        }
        try {
            return Interfaces.index(text);
        } catch (OsException e) {
            throw new IllegalArgumentException("no such interface: " + text + " in " + whole, e);
        }
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("not a numeric IP address: " + text);
    }
}
