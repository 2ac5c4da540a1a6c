package packetlab.os;

import java.nio.ByteBuffer;

/** An address that a traced program has used, as text; whatever stands there. */
final class TracedAddress {
    private static final String UNNAMED = "(unnamed)";

    private TracedAddress() {}

    /** As {@link SocketAddress} writes it; null for none: an unnamed socket, or one that has no port yet. */
    static String text(ByteBuffer struct, int length) {
        SocketAddress address;
        try {
            address = SocketAddress.readFrom(struct, length);
        } catch (IllegalArgumentException e) {
            return null;        // a path that no socket can have
        }
        boolean none = address instanceof SocketAddress.Ipv4 v4 && v4.port() == 0 && v4.address() == 0
                || address instanceof SocketAddress.Ipv6 v6 && v6.port() == 0 && v6.high() == 0 && v6.low() == 0
                || address instanceof SocketAddress.Other || address.toString().equals(UNNAMED);
        return none ? null : address.toString();
    }
}
