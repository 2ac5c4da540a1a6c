package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.lang.ref.Reference;
import java.util.List;

/**
 * A wire in a private namespace that everything in it has to pass, also what a program says to itself on 127.0.0.1: two
 * cables, of which we hold the inner ends, and routing that knows no shortcut. Only what we carry from one inner end to
 * the other arrives.
 * <pre>
 *  127.0.0.1, 10.77.0.1  near ------ near-end   (us)   far-end ------ far  10.77.0.2
 * </pre>
 * Packets to 127.0.0.0/8 and to 10.77.0.2 enter at the near end, those to 10.77.0.1 at the far end. IPv6 is off: ::1
 * cannot leave lo. Checksums and segments are as on a real wire, because the offloads are off. It goes with its namespace.
 */
public final class Wire {
    public static final String NEAR = "near", FAR = "far", NEAR_END = "near-end", FAR_END = "far-end";
    public static final String NEAR_ADDRESS = "10.77.0.1", FAR_ADDRESS = "10.77.0.2";
    public static final int DEFAULT_MTU = 1500, MIN_MTU = 576, MAX_MTU = 9000;

    private static final int NEAR_HOST = 0x0A4D_0001, FAR_HOST = 0x0A4D_0002, LOOPBACK = 0x7F00_0001,
            LOOPBACK_NETWORK = 0x7F00_0000;
    /** Both outer ends have one address, so that nobody has to ask for the other's. */
    private static final long OUTER = 0x02_50_4C_00_00_01L, INNER_NEAR = 0x02_50_4C_00_00_02L,
            INNER_FAR = 0x02_50_4C_00_00_03L;
    /** Of routing rules: what came in is for us; what goes out asks the main table first, and our own addresses last. */
    private static final int CAME_IN = 10, OWN_LAST = 40_000, KERNELS_FIRST = 0;
    private static final int SIOCETHTOOL = 0x8946;
    /** Checksums, scatter-gather, segmentation by the card and by the kernel, and joining what was received. */
    private static final int[] OFFLOADS = {0x17, 0x19, 0x1f, 0x24, 0x2c};

    private final int mtu;

    private Wire(int mtu) {
        this.mtu = mtu;
    }

    /**
     * Makes it in the calling thread's network namespace, which must be a new one.
     *
     * @throws OsException where the kernel refuses; the namespace is then of no use any more
     */
    public static Wire build(int mtu) throws IOException {
        requireEmptyNamespace();
        Sysctl.writeIfThere("net/ipv6/conf/all/disable_ipv6", "1");
        Sysctl.writeIfThere("net/ipv6/conf/default/disable_ipv6", "1");
        Sysctl.writeIfThere("net/ipv4/tcp_no_metrics_save", "1");      // what one connection lost is no matter of the next
        try (Netlink netlink = new Netlink()) {
            netlink.addCable(new Netlink.End(NEAR, OUTER), new Netlink.End(NEAR_END, INNER_NEAR), mtu);
            netlink.addCable(new Netlink.End(FAR, OUTER), new Netlink.End(FAR_END, INNER_FAR), mtu);
            for (String end : List.of(NEAR, FAR, NEAR_END, FAR_END)) {
                turnOffloadsOff(end);
            }
            for (String place : List.of("all", NEAR, FAR)) {
                Sysctl.write("net/ipv4/conf/" + place + "/rp_filter", "0");
                Sysctl.write("net/ipv4/conf/" + place + "/accept_local", "1");
                Sysctl.write("net/ipv4/conf/" + place + "/route_localnet", "1");
            }
            for (String end : List.of(NEAR, FAR, NEAR_END, FAR_END)) {
                Interfaces.raiseSilently(end);
            }
            int near = Interfaces.index(NEAR);
            int far = Interfaces.index(FAR);
            netlink.addAddress(near, NEAR_HOST, 32);
            netlink.addAddress(far, FAR_HOST, 32);
            netlink.addRoute(LOOPBACK_NETWORK, 8, near, LOOPBACK);
            netlink.addRoute(FAR_HOST, 32, near, NEAR_HOST);
            netlink.addRoute(NEAR_HOST, 32, far, FAR_HOST);
            netlink.addRule(CAME_IN, NEAR, Netlink.TABLE_LOCAL);
            netlink.addRule(CAME_IN + 1, FAR, Netlink.TABLE_LOCAL);
            netlink.addRule(OWN_LAST, null, Netlink.TABLE_LOCAL);
            netlink.deleteRule(KERNELS_FIRST, Netlink.TABLE_LOCAL);
        }
        return new Wire(mtu);
    }

    /** The wire changes how a machine reaches itself: that machine must be nobody's. */
    private static void requireEmptyNamespace() throws IOException {
        if (!PrivateNamespace.inside()) {
            throw new IOException("a wire is only made in a private namespace");
        }
        for (String name : Interfaces.names()) {
            if (!name.equals("lo") && Interfaces.isUp(name)) {
                throw new IOException("this namespace is not a new one: it has the interface " + name);
            }
        }
    }

    private static void turnOffloadsOff(String device) throws OsException {
        ByteBuffer value = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        for (int command : OFFLOADS) {
            value.putInt(0, command).putInt(4, 0);
            Interfaces.request(device, SIOCETHTOOL, "SIOCETHTOOL", NativeCode.address(value));
        }
        Reference.reachabilityFence(value);
    }

    /** Octets of a packet behind its Ethernet header, at most. */
    public int mtu() {
        return mtu;
    }
}
