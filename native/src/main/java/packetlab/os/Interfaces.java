package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Network interfaces of this process's network namespace: their names, index, whether they are up; raises them. */
public final class Interfaces {
    /** Octets of a name, with its final NUL. */
    public static final int NAME_CAPACITY = 16;

    /** Stands for a socket that is made for the question: this process's namespace. */
    private static final int OWN = -1;

    private static final int SIOCGIFFLAGS = 0x8913, SIOCSIFFLAGS = 0x8914, SIOCGIFHWADDR = 0x8927,
            SIOCGIFINDEX = 0x8933, SIOCGIFMTU = 0x8921, SIOCSIFMTU = 0x8922;
    private static final int IFF_UP = 1, IFF_LOOPBACK = 8, IFF_NOARP = 0x80, IFF_MULTICAST = 0x1000;
    private static final int ARPHRD_ETHER = 1, MAC_LENGTH = 6;
    /** struct ifreq: the name, then a union; the flags are a short, the index an int. */
    private static final int IFREQ_LENGTH = 40, IFREQ_VALUE = 16;
    /** Unlike /sys/class/net, which shows those of the namespace that mounted it. */
    private static final Path OWN_DEVICES = Path.of("/proc/thread-self/net/dev");

    private Interfaces() {}

    /** Their names in the kernel's order, in the calling thread's namespace; needs no native code. */
    public static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : Files.readAllLines(OWN_DEVICES, StandardCharsets.UTF_8)) {
            int colon = line.indexOf(':');
            if (colon > 0) {            // the two heading lines have none
                names.add(line.substring(0, colon).trim());
            }
        }
        return names;
    }

    public static int index(String name) throws OsException {
        return index(OWN, name);
    }

    /** Of the network namespace that a socket was made in, as all those below that take one. */
    static int index(int fd, String name) throws OsException {
        return request(fd, "SIOCGIFINDEX", SIOCGIFINDEX, ifreq(name)).getInt(IFREQ_VALUE);
    }

    public static boolean exists(String name) throws OsException {
        return exists(OWN, name);
    }

    static boolean exists(int fd, String name) throws OsException {
        try {
            index(fd, name);
            return true;
        } catch (OsException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    public static boolean isUp(String name) throws OsException {
        return isUp(OWN, name);
    }

    static boolean isUp(int fd, String name) throws OsException {
        return (flags(fd, name) & IFF_UP) != 0;
    }

    public static boolean isLoopback(String name) throws OsException {
        return isLoopback(OWN, name);
    }

    static boolean isLoopback(int fd, String name) throws OsException {
        return (flags(fd, name) & IFF_LOOPBACK) != 0;
    }

    /** Its Ethernet address in the low 48 bits, or 0 where it has none. */
    public static long hardwareAddress(String name) throws OsException {
        return hardwareAddress(OWN, name);
    }

    /** Its ARPHRD number, such as 1 for Ethernet and 772 for loopback. */
    public static int hardwareType(String name) throws OsException {
        return hardwareType(OWN, name);
    }

    static int hardwareType(int fd, String name) throws OsException {
        return request(fd, "SIOCGIFHWADDR", SIOCGIFHWADDR, ifreq(name)).getShort(IFREQ_VALUE) & 0xFFFF;
    }

    static long hardwareAddress(int fd, String name) throws OsException {
        ByteBuffer ifreq = request(fd, "SIOCGIFHWADDR", SIOCGIFHWADDR, ifreq(name));
        if (ifreq.getShort(IFREQ_VALUE) != ARPHRD_ETHER) {
            return 0;
        }
        long address = 0;
        for (int i = 0; i < MAC_LENGTH; i++) {
            address = address << 8 | ifreq.get(IFREQ_VALUE + 2 + i) & 0xFF;
        }
        return address;
    }

    private static int flags(int fd, String name) throws OsException {
        return request(fd, "SIOCGIFFLAGS", SIOCGIFFLAGS, ifreq(name)).getShort(IFREQ_VALUE);
    }

    /** Sets it up, which needs CAP_NET_ADMIN where it is not; lo in a new namespace begins down. */
    public static void raise(String name) throws OsException {
        setUp(name, true);
    }

    /** Sets it down, which needs CAP_NET_ADMIN. */
    public static void lower(String name) throws OsException {
        setUp(name, false);
    }

    /** Sets it up without address resolution and multicast: nothing is said on it but what somebody sends. */
    static void raiseSilently(String name) throws OsException {
        ByteBuffer ifreq = request(OWN, "SIOCGIFFLAGS", SIOCGIFFLAGS, ifreq(name));
        int flags = (ifreq.getShort(IFREQ_VALUE) | IFF_UP | IFF_NOARP) & ~IFF_MULTICAST;
        request(OWN, "SIOCSIFFLAGS", SIOCSIFFLAGS, ifreq.putShort(IFREQ_VALUE, (short) flags));
    }

    /** Octets of a packet behind the link-layer header, at most. */
    public static int mtu(String name) throws OsException {
        return request(OWN, "SIOCGIFMTU", SIOCGIFMTU, ifreq(name)).getInt(IFREQ_VALUE);
    }

    /** Any other request, whose argument is the address of a struct. */
    static void request(String name, int request, String call, long address) throws OsException {
        request(OWN, call, request, ifreq(name).putLong(IFREQ_VALUE, address));
    }

    /** Sets that, which needs CAP_NET_ADMIN. */
    public static void setMtu(String name, int octets) throws OsException {
        request(OWN, "SIOCSIFMTU", SIOCSIFMTU, ifreq(name).putInt(IFREQ_VALUE, octets));
    }

    private static void setUp(String name, boolean up) throws OsException {
        ByteBuffer ifreq = request(OWN, "SIOCGIFFLAGS", SIOCGIFFLAGS, ifreq(name));
        int flags = ifreq.getShort(IFREQ_VALUE);
        int wanted = up ? flags | IFF_UP : flags & ~IFF_UP;
        if (wanted != flags) {
            request(OWN, "SIOCSIFFLAGS", SIOCSIFFLAGS, ifreq.putShort(IFREQ_VALUE, (short) wanted));
        }
    }

    private static ByteBuffer ifreq(String name) throws OsException {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        if (octets.length == 0 || octets.length >= NAME_CAPACITY) {
            throw new OsException("ioctl", "interface " + name, Errno.ENODEV.number(), "no interface has such a name");
        }
        return ByteBuffer.allocateDirect(IFREQ_LENGTH).order(ByteOrder.nativeOrder()).put(0, octets);
    }

    private static ByteBuffer request(int fd, String call, int request, ByteBuffer ifreq) throws OsException {
        if (fd != OWN) {
            return ioctl(fd, call, request, ifreq);
        }
        int own = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            return ioctl(own, call, request, ifreq);
        } finally {
            Sockets.close(own);
        }
    }

    private static ByteBuffer ioctl(int fd, String call, int request, ByteBuffer ifreq) throws OsException {
        if (LibC.get().ioctl(fd, request, ifreq) < 0) {
            int errno = LibC.errno();
            throw Failure.of("ioctl", fd + ", " + call + ", " + nameIn(ifreq), errno);
        }
        return ifreq;
    }

    private static String nameIn(ByteBuffer ifreq) {
        byte[] octets = new byte[NAME_CAPACITY];
        ifreq.get(0, octets);
        return new String(octets, StandardCharsets.UTF_8).trim();
    }
}
