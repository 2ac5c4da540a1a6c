package packetlab.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import packetlab.wire.Net;

/** Routes of this network namespace (SIOCADDRT, route(7) of the C library's days: IPv4 only). */
public final class Routes {
    private static final int SIOCADDRT = 0x890B, SIOCDELRT = 0x890C;
    private static final int RTF_UP = 1, RTF_HOST = 4;
    /** struct rtentry on 64-bit systems. */
    private static final int LENGTH = 120, DESTINATION = 8, NETMASK = 40, FLAGS = 56, DEVICE = 88;
    private static final int FAMILY = 0, ADDRESS = 4;

    private Routes() {}

    /** The interface that packets to that address leave through; fails where no interface routes there. */
    public static String interfaceTo(SocketAddress.Ipv4 host) throws java.io.IOException {
        try (Netlink netlink = new Netlink()) {
            int index = netlink.interfaceTo(host.address());
            for (String name : Interfaces.names()) {
                if (Interfaces.index(name) == index) {
                    return name;
                }
            }
            return "interface " + index;
        }
    }

    /** From now on packets to that address leave through that interface, which needs CAP_NET_ADMIN. */
    public static void addHost(SocketAddress.Ipv4 host, String device) throws OsException {
        change(SIOCADDRT, "SIOCADDRT", host, device, Errno.EEXIST);
    }

    /** Takes such a route away again. */
    public static void deleteHost(SocketAddress.Ipv4 host, String device) throws OsException {
        change(SIOCDELRT, "SIOCDELRT", host, device, Errno.ESRCH);
    }

    /** @param harmless the error that says that it is so already */
    private static void change(int request, String name, SocketAddress.Ipv4 host, String device, Errno harmless)
            throws OsException {
        ByteBuffer entry = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder());
        entry.putShort(DESTINATION + FAMILY, (short) Sockets.AF_INET);
        Net.put32(entry, DESTINATION + ADDRESS, host.address());
        entry.putShort(NETMASK + FAMILY, (short) Sockets.AF_INET);
        Net.put32(entry, NETMASK + ADDRESS, -1);
        entry.putShort(FLAGS, (short) (RTF_UP | RTF_HOST));
        LibC.get();
        byte[] octets = device.getBytes(StandardCharsets.UTF_8);
        Pointer cString = Memory.allocateDirect(LibC.Loaded.RUNTIME, octets.length + 1, true);
        cString.put(0, octets, 0, octets.length);
        entry.putLong(DEVICE, cString.address());
        int fd = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            if (LibC.get().ioctl(fd, request, entry) < 0) {
                int errno = LibC.errno();
                if (errno != harmless.number()) {
                    throw Failure.of("ioctl", fd + ", " + name + ", " + host.host() + " through " + device, errno);
                }
            }
        } finally {
            Reference.reachabilityFence(cString);
            Sockets.close(fd);
        }
    }
}
