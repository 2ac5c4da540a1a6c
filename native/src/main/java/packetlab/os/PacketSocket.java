package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import packetlab.wire.LinkType;

/**
 * A packet socket (packet(7)) for one interface, set up in the order in which nothing unfiltered is ever queued: it is
 * made for protocol 0, which is none, and gets its filter before it is bound.
 */
final class PacketSocket {
    static final int SOL_PACKET = 263;
    static final int ADD_MEMBERSHIP = 1, RX_RING = 5, AUXDATA = 8, VERSION = 10, RESERVE = 12, IGNORE_OUTGOING = 23;
    static final int VLAN_TAG = 4;
    /** Bits of a packet's status. */
    static final int STATUS_CHECKSUM_NOT_READY = 8, STATUS_VLAN_VALID = 0x10, STATUS_VLAN_TPID_VALID = 0x40;
    static final int ETHERTYPE_VLAN = 0x8100;
    /** sll_pkttype of what this machine sends. */
    static final int OUTGOING = 4;
    static final int ADDRESS_LENGTH = 20, ADDRESS_PACKET_TYPE = 10;

    private static final int STATISTICS = 6;
    private static final int SO_TYPE = 3, SO_DOMAIN = 39, SO_LOCK_FILTER = 44;
    private static final int ADDRESS_PROTOCOL = 2, ADDRESS_INDEX = 4;
    private static final int ETH_P_ALL = 3;
    private static final int MEMBERSHIP_LENGTH = 16, PROMISCUOUS = 1;
    /** struct tpacket_stats_v3; older rings have its first two numbers. */
    private static final int STATISTICS_LENGTH = 12, STATISTICS_DROPS = 4;
    private static final int ARPHRD_ETHER = 1, ARPHRD_RAWIP = 519, ARPHRD_LOOPBACK = 772, ARPHRD_NONE = 0xFFFE;

    private final int fd;
    private final RingOptions options;
    private final CapturedInterface captured;
    private final int linkType;
    private final boolean skipsOutgoing;
    private final ByteBuffer statistics = ByteBuffer.allocateDirect(STATISTICS_LENGTH).order(ByteOrder.nativeOrder());
    private final ByteBuffer statisticsLength = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    private long dropped;

    private PacketSocket(int fd, RingOptions options) throws IOException {
        this.fd = fd;
        this.options = options;
        String device = options.device();
        if (!Interfaces.exists(fd, device)) {
            throw CapturedInterface.absent(device);
        }
        if (!Interfaces.isUp(fd, device)) {
            throw CapturedInterface.down(device);
        }
        this.captured = CapturedInterface.of(fd, device);
        this.linkType = linkType(device, Interfaces.hardwareType(fd, device));
        // On lo each packet passes twice, sent and received; elsewhere both directions are wanted.
        this.skipsOutgoing = captured.isLoopback() && !options.bothCopies() && !ignoreOutgoing(fd);
    }

    /** Makes one; it receives nothing before {@link #bind}. */
    static PacketSocket open(RingOptions options) throws IOException {
        int fd;
        try {
            fd = Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0);
        } catch (PermissionException e) {
            throw CaptureRight.missing(options.device());
        }
        return of(fd, options);
    }

    /** Takes over one that somebody else has made; it is closed also where this fails. */
    static PacketSocket adopt(int fd, RingOptions options) throws IOException {
        try {
            requireKind(fd);
        } catch (IOException e) {
            Sockets.close(fd);
            throw e;
        }
        return of(fd, options);
    }

    private static PacketSocket of(int fd, RingOptions options) throws IOException {
        try {
            return new PacketSocket(fd, options);
        } catch (IOException | RuntimeException e) {
            Sockets.close(fd);
            throw e;
        }
    }

    private static void requireKind(int fd) throws IOException {
        int domain;
        int type;
        try {
            domain = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, SO_DOMAIN);
            type = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, SO_TYPE);
        } catch (OsException e) {
            throw e.is(Errno.ENOTSOCK) ? wrongKind(fd, "no socket") : e;
        }
        if (domain != Sockets.AF_PACKET || type != Sockets.SOCK_RAW) {
            throw wrongKind(fd, "a socket of " + SocketText.domain(domain) + ", " + SocketText.type(type));
        }
    }

    private static IOException wrongKind(int fd, String what) {
        return new IOException("descriptor " + fd + " cannot capture: it is " + what + ", not of AF_PACKET, SOCK_RAW");
    }

    private static int linkType(String device, int hardwareType) throws NoRingException {
        return switch (hardwareType) {
            case ARPHRD_ETHER, ARPHRD_LOOPBACK -> LinkType.EN10MB;
            case ARPHRD_NONE, ARPHRD_RAWIP -> LinkType.RAW;
            default -> throw new NoRingException("the ring knows Ethernet, lo and raw IP, and " + device
                    + " is a link of type " + hardwareType);
        };
    }

    /** Asks for each packet of lo once, as received; false where the kernel (before 4.20) does not know how. */
    static boolean ignoreOutgoing(int fd) throws OsException {
        try {
            Sockets.setsockopt(fd, SOL_PACKET, IGNORE_OUTGOING, 1);
            return true;
        } catch (OsException e) {
            if (e.is(Errno.ENOPROTOOPT)) {
                return false;
            }
            throw e;
        }
    }

    int fd() {
        return fd;
    }

    CapturedInterface captured() {
        return captured;
    }

    int linkType() {
        return linkType;
    }

    /** Whether what was sent comes too, and is to be passed over. */
    boolean skipsOutgoing() {
        return skipsOutgoing;
    }

    /**
     * Attaches the filter, which cuts at the snap length as well. One that is locked stays as it is: whoever has locked
     * it decided what comes.
     */
    void filter() throws IOException {
        if (Sockets.getsockopt(fd, Sockets.SOL_SOCKET, SO_LOCK_FILTER) != 0) {
            return;
        }
        CaptureFilter filter;
        if (!options.filter().isBlank()) {
            filter = CaptureFilter.compile(options.filter(), linkType == LinkType.RAW ? LinkType.RAW_BSD : linkType,
                    options.snaplen());
        } else if (options.snaplen() < PcapOptions.DEFAULT_SNAPLEN) {
            filter = CaptureFilter.snapLength(options.snaplen());
        } else {
            return;
        }
        if (boundTo() != 0) {
            CaptureFilter.snapLength(0).attach(fd);     // nothing comes any more, and what has come is thrown away
            emptyQueue();
        }
        filter.attach(fd);
    }

    private void emptyQueue() throws OsException {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        try {
            while (true) {
                Sockets.recv(fd, one.clear(), Sockets.MSG_DONTWAIT);
            }
        } catch (OsException e) {
            if (!e.is(Errno.EAGAIN)) {
                throw e;
            }
        }
    }

    /** The interface whose packets are received already, by its index; 0 for none. */
    private int boundTo() throws IOException {
        AddressBuffer address = new AddressBuffer().clear();
        if (LibC.get().getsockname(fd, address.struct(), address.lengthCell()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("getsockname", "" + fd, errno);
        }
        if (address.struct().getShort(ADDRESS_PROTOCOL) == 0) {
            return 0;
        }
        int index = address.struct().getInt(ADDRESS_INDEX);
        if (index == 0) {
            throw new IOException("descriptor " + fd + " receives from every interface, not from " + options.device());
        }
        return index;
    }

    /** From here on packets are queued, and counted where there is no room for them. */
    void bind() throws IOException {
        int bound = boundTo();
        if (bound == 0) {
            bind(new AddressBuffer().clear().struct());
        } else if (bound != captured.index()) {
            throw new IOException("descriptor " + fd + " is bound to interface " + bound + ", and "
                    + options.device() + " is interface " + captured.index());
        } else {
            dropped();
            dropped = 0;
        }
        if (options.promiscuous()) {
            ByteBuffer membership = ByteBuffer.allocateDirect(MEMBERSHIP_LENGTH).order(ByteOrder.nativeOrder())
                    .putInt(0, captured.index()).putShort(4, (short) PROMISCUOUS);
            Sockets.setsockopt(fd, SOL_PACKET, ADD_MEMBERSHIP, membership);
        }
    }

    private void bind(ByteBuffer sll) throws OsException {
        for (int i = 0; i < ADDRESS_LENGTH; i++) {
            sll.put(i, (byte) 0);
        }
        sll.putShort(0, (short) Sockets.AF_PACKET).putInt(ADDRESS_INDEX, captured.index());
        sll.put(ADDRESS_PROTOCOL + 1, (byte) ETH_P_ALL);        // in network order
        if (LibC.get().bind(fd, sll, ADDRESS_LENGTH) < 0) {
            int errno = LibC.errno();
            throw Failure.of("bind", fd + ", " + options.device(), errno);
        }
        if (takeError() == Errno.ENETDOWN.number()) {           // bound all the same, and waits for it to come up
            throw CapturedInterface.down(options.device());
        }
    }

    /** The error that poll(2) told of, which is then forgotten; 0 for none. */
    int takeError() throws OsException {
        return Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR);
    }

    /** Packets that there was no room for, so far: the kernel forgets its count when it is read. */
    long dropped() {
        LibC.Functions c;
        try {
            c = LibC.get();
        } catch (MissingLibraryException e) {
            return dropped;
        }
        statisticsLength.putInt(0, STATISTICS_LENGTH);
        if (c.getsockopt(fd, SOL_PACKET, STATISTICS, statistics, statisticsLength) == 0) {
            dropped += Integer.toUnsignedLong(statistics.getInt(STATISTICS_DROPS));
        }
        return dropped;
    }

    void close() {
        try {
            Sockets.close(fd);
        } catch (OsException e) {
            // It is gone all the same.
        }
    }
}
