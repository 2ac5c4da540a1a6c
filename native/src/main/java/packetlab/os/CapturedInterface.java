package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The interface that is being captured, as it was at the beginning, so that its end is noticed; in the network
 * namespace of the socket that captures, which need not be this process's.
 */
final class CapturedInterface {
    /** Stands for all interfaces; it cannot go away. */
    static final String ANY = "any";

    private static final int MAC_LENGTH = 6;

    private static final int OWN_NAMESPACE = -1;

    private final int fd;
    private final String name;
    private final int index;
    private final boolean loopback;
    private final long hardwareAddress;

    private CapturedInterface(int fd, String name, int index, boolean loopback, long hardwareAddress) {
        this.fd = fd;
        this.name = name;
        this.index = index;
        this.loopback = loopback;
        this.hardwareAddress = hardwareAddress;
    }

    static CapturedInterface of(String name) throws OsException {
        if (name.equals(ANY) || !Interfaces.exists(name)) {     // libpcap knows more devices, such as nflog
            return new CapturedInterface(OWN_NAMESPACE, name, 0, false, 0);
        }
        return of(OWN_NAMESPACE, name);
    }

    /** @param fd the socket that captures; it stays open as long as this is used */
    static CapturedInterface of(int fd, String name) throws OsException {
        return new CapturedInterface(fd, name, Interfaces.index(fd, name), Interfaces.isLoopback(fd, name),
                Interfaces.hardwareAddress(fd, name));
    }

    boolean isLoopback() {
        return loopback;
    }

    /** Whether the six octets there are this interface's own address. */
    boolean isOwnAddress(ByteBuffer frame, int at) {
        if (hardwareAddress == 0) {
            return false;
        }
        long address = 0;
        for (int i = 0; i < MAC_LENGTH; i++) {
            address = address << 8 | frame.get(at + i) & 0xFF;
        }
        return address == hardwareAddress;
    }

    /** The failure to begin a capture on an interface that is down. */
    static OsException down(String name) {
        return new OsException("bind", name, Errno.ENETDOWN.number(),
                "the interface is down; as root: ip link set " + name + " up");
    }

    /** The failure to capture on an interface that there is not. */
    static UsageException absent(String name) throws IOException {
        String there = String.join(", ", Interfaces.names());
        return new UsageException(name.isBlank() ? "no interface named; there are: " + there
                : "there is no interface " + name + "; there are: " + there);
    }

    int index() {
        return index;
    }

    /** Throws where it has been removed or set down since. */
    void check() throws IOException {
        if (index == 0) {
            return;
        }
        if (!Interfaces.exists(fd, name) || Interfaces.index(fd, name) != index) {
            throw new OsException("poll", name, Errno.ENODEV.number(), "the interface was removed while capturing");
        }
        if (!Interfaces.isUp(fd, name)) {
            throw new OsException("poll", name, Errno.ENETDOWN.number(), "the interface was set down while capturing");
        }
    }
}
