package packetlab.os;

import java.io.IOException;
import packetlab.wire.PacketHandler;

/**
 * Live packets of one interface through a packet socket of our own, stamped by the kernel in nanoseconds: out of a ring
 * that is mapped into this process and read in place, or, where each packet is to come at once, from the socket's
 * queue. Nothing is allocated per packet. On lo each packet comes once: the copy that the receiver sees.
 *
 * <p>Needs libpcap only to compile a filter. What the kernel says of a packet's checksum and VLAN tag is passed on.
 */
public final class RingSource extends LiveSource {
    private final RingOptions options;
    private final PacketSocket socket;
    private final PacketReader reader;

    private RingSource(RingOptions options, PacketSocket socket, PacketReader reader) {
        super(socket.captured());
        this.options = options;
        this.socket = socket;
        this.reader = reader;
    }

    /**
     * Begins to capture; packets are collected from here on.
     *
     * @throws UsageException          no such interface, or a filter that does not compile
     * @throws PermissionException     this user may not capture there
     * @throws MissingLibraryException libpcap is not installed, and there is a filter to be compiled
     * @throws NoRingException         libpcap can capture that, and this cannot
     * @throws IOException             the interface is down, or the kernel refuses for another reason, such as memory
     */
    public static RingSource open(RingOptions options) throws IOException {
        refuse(options);
        return begin(PacketSocket.open(options), options);
    }

    /**
     * Begins to capture through a packet socket that somebody else has made, which needs no right. A filter that is
     * locked on it stays, and the options' filter then only tells what it is; one that is bound must be so to the
     * options' interface, which is looked for in the socket's own network namespace.
     *
     * @param fd of AF_PACKET and SOCK_RAW; it is closed with this source, and also where this fails
     * @throws IOException as {@link #open}, and where the descriptor is none of that kind
     */
    public static RingSource adopt(int fd, RingOptions options) throws IOException {
        try {
            refuse(options);
        } catch (IOException e) {
            Sockets.close(fd);
            throw e;
        }
        return begin(PacketSocket.adopt(fd, options), options);
    }

    private static void refuse(RingOptions options) throws IOException {
        if (options.device().isBlank()) {
            throw CapturedInterface.absent(options.device());
        }
        if (options.device().equals(CapturedInterface.ANY)) {
            throw new NoRingException("the ring captures one interface, not " + CapturedInterface.ANY);
        }
        if (CaptureFilter.asksForVlan(options.filter())) {
            throw new NoRingException("the ring does not filter by VLAN tag");
        }
    }

    private static RingSource begin(PacketSocket socket, RingOptions options) throws IOException {
        PacketReader reader = null;
        try {
            socket.filter();
            reader = options.lowLatency() ? new MessageReader(socket, options) : BlockRing.of(socket, options);
            socket.bind();
            return new RingSource(options, socket, reader);
        } catch (IOException | RuntimeException e) {
            if (reader != null) {
                reader.free();
            }
            socket.close();
            throw e;
        }
    }

    public RingOptions options() {
        return options;
    }

    @Override
    public String device() {
        return options.device();
    }

    @Override
    public String filter() {
        return options.filter();
    }

    @Override
    public int snaplen() {
        return options.snaplen();
    }

    @Override
    public int linkType() {
        return socket.linkType();
    }

    @Override
    public String backend() {
        return reader.name();
    }

    @Override
    public long bufferBytes() {
        return reader.bufferBytes();
    }

    @Override
    int drain(PacketHandler handler) throws IOException {
        return reader.read(handler, this);
    }

    @Override
    boolean await() throws OsException {
        return reader.await();
    }

    @Override
    long readDropped() {
        return socket.dropped();
    }

    @Override
    void free() {
        reader.free();
        socket.close();
    }
}
