package packetlab.os;

import java.io.IOException;

/**
 * A virtual cable in a private namespace: we have its one end, which owns no address, and the kernel answers at the
 * other. What we send there comes in as from another machine, ARP included.
 * <pre>
 *  us, as 10.78.0.1 or anybody   veth0 ------ veth1   the kernel, 10.78.0.2/24
 * </pre>
 */
public final class Cable {
    public static final String OURS = "veth0", KERNELS = "veth1";
    public static final String KERNELS_ADDRESS = "10.78.0.2";

    private static final int KERNELS_HOST = 0x0A4E_0002, NETWORK = 24;
    private static final long OUR_MAC = 0x02_50_4C_00_01_01L, KERNELS_MAC = 0x02_50_4C_00_01_02L;

    private Cable() {}

    /** Makes it in this thread's namespace, which must be a private one; once. */
    public static void lay() throws IOException {
        if (!PrivateNamespace.inside()) {
            throw new IOException("a cable is only laid in a private namespace");
        }
        if (Interfaces.exists(OURS)) {
            return;
        }
        Sysctl.writeIfThere("net/ipv6/conf/default/disable_ipv6", "1");     // nobody else talks there
        try (Netlink netlink = new Netlink()) {
            netlink.addCable(new Netlink.End(OURS, OUR_MAC), new Netlink.End(KERNELS, KERNELS_MAC), Wire.DEFAULT_MTU);
            Interfaces.raiseSilently(OURS);
            Interfaces.raise(KERNELS);
            netlink.addAddress(Interfaces.index(KERNELS), KERNELS_HOST, NETWORK);
        }
    }
}
