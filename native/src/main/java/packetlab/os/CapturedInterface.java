package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The interface that is being captured, as it was at the beginning, so that its end is noticed. */
final class CapturedInterface {
    /** Stands for all interfaces; it cannot go away. */
    static final String ANY = "any";

    private static final int MAC_LENGTH = 6;

    private final String name;
    private final int index;
    private final boolean loopback;
    private final long hardwareAddress;

    private CapturedInterface(String name, int index, boolean loopback, long hardwareAddress) {
        this.name = name;
        this.index = index;
        this.loopback = loopback;
        this.hardwareAddress = hardwareAddress;
    }

    static CapturedInterface of(String name) throws OsException {
        if (name.equals(ANY) || !Interfaces.exists(name)) {     // libpcap knows more devices, such as nflog
            return new CapturedInterface(name, 0, false, 0);
        }
        return new CapturedInterface(name, Interfaces.index(name), Interfaces.isLoopback(name),
                Interfaces.hardwareAddress(name));
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

    /** Throws where it has been removed or set down since. */
    void check() throws IOException {
        if (index == 0) {
            return;
        }
        if (!Interfaces.exists(name) || Interfaces.index(name) != index) {
            throw new OsException("poll", name, Errno.ENODEV.number(), "the interface was removed while capturing");
        }
        if (!Interfaces.isUp(name)) {
            throw new OsException("poll", name, Errno.ENETDOWN.number(), "the interface was set down while capturing");
        }
    }
}
