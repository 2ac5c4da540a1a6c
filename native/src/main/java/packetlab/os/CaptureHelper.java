package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import packetlab.wire.LinkType;

/**
 * The program that opens packet sockets for those who may not, which {@code scripts/grant-capture} installs for the
 * members of a group (native/src/main/c/capture-helper.c says what it guarantees). It passes on a socket, or keeps it
 * and passes on the packets; this JVM has no right of its own.
 */
public final class CaptureHelper {
    static final String NAME = "capture-helper";
    public static final Path PROGRAM = Path.of("/usr/local/libexec/packetlab", NAME);
    /** The kernel takes 4096 instructions; four of them are the helper's. */
    static final int LONGEST_FILTER = 4092;

    /** ARPHRD numbers: of lo, and of devices without a link layer, such as tun and WireGuard. */
    private static final int ARPHRD_LOOPBACK = 772, ARPHRD_ETHER = 1, ARPHRD_NONE = 65534;
    private static final int ANSWER_LENGTH = 16;
    /** What the helper makes at most, for a stream. */
    private static final int LARGEST_RING = 256 << 20;

    private CaptureHelper() {}

    /**
     * A capture through the helper: a ring of our own on its socket, or, where the administrator allows packets only, what
     * it sends.
     *
     * @throws UsageException      no such interface, or a filter that does not compile or is too long
     * @throws PermissionException this user may not execute the helper, or the administrator has not allowed this
     * @throws IOException         the interface is down, or the helper failed; the message says how
     */
    public static LiveSource open(RingOptions options) throws IOException {
        return passesSockets(PROGRAM) ? openRing(PROGRAM, options) : openStream(PROGRAM, options);
    }

    /** As {@link #open}, but always what the helper sends: it keeps the socket. */
    public static LiveSource openStream(RingOptions options) throws IOException {
        return openStream(PROGRAM, options);
    }

    static RingSource openRing(Path helper, RingOptions options) throws IOException {
        return RingSource.adopt(openDescriptor(helper, options.device(), program(options)), options);
    }

    static HelperStream openStream(Path helper, RingOptions options) throws IOException {
        ByteBuffer program = program(options);
        HelperCall call = HelperCall.start(helper, true, options.device(), program,
                Math.min(options.bufferBytes(), LARGEST_RING));
        try {
            return new HelperStream(call, options, linkType(options.device()));
        } catch (IOException | RuntimeException e) {
            call.close();
            throw e;
        }
    }

    /** What the administrator has allowed. */
    private static boolean passesSockets(Path helper) throws IOException {
        return !Files.isExecutable(helper)      // which the call then explains
                || !Programs.run(List.of(helper.toString(), "--policy")).output().startsWith("packets");
    }

    static int openDescriptor(Path helper, String device, ByteBuffer program) throws IOException {
        try (HelperCall call = HelperCall.start(helper, false, device, program, 0)) {
            ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_LENGTH).order(ByteOrder.nativeOrder());
            ReceivedMessage message = new ReceivedMessage();
            int octets = call.receive(message, answer, Sockets.MSG_CMSG_CLOEXEC);
            int fd = message.takeDescriptor();
            try {
                if (octets == 0) {
                    throw call.failure();
                }
                if (octets != ANSWER_LENGTH || answer.getInt(0) != HelperCall.MAGIC || fd < 0) {
                    throw call.nonsense("no descriptor came with its answer");
                }
                requirePacketSocket(fd, call);
                int passed = fd;
                fd = -1;
                return passed;
            } finally {
                if (fd >= 0) {
                    Sockets.close(fd);
                }
            }
        }
    }

    private static void requirePacketSocket(int fd, HelperCall call) throws IOException {
        int domain;
        int type;
        try {
            domain = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_DOMAIN);
            type = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_TYPE);
        } catch (OsException e) {
            throw call.nonsense("its descriptor is of the wrong kind: no socket");
        }
        if (domain != Sockets.AF_PACKET || type != Sockets.SOCK_RAW) {
            throw call.nonsense("its descriptor is of the wrong kind: socket(" + SocketText.domain(domain) + ", "
                    + SocketText.type(type) + ")");
        }
        if (Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_LOCK_FILTER) == 0) {
            throw call.nonsense("the filter of its descriptor is not locked");
        }
    }

    private static ByteBuffer program(RingOptions options) throws IOException {
        requireUp(options.device());
        int linkType = linkType(options.device());
        CaptureFilter filter = options.filter().isBlank() ? CaptureFilter.snapLength(options.snaplen())
                : CaptureFilter.compile(options.filter(), linkType == LinkType.RAW ? LinkType.RAW_BSD : linkType,
                        options.snaplen());
        return filter.instructions();
    }

    private static void requireUp(String device) throws IOException {
        if (device.equals(CapturedInterface.ANY)) {
            throw new UsageException(NAME + " captures on one interface at a time; there are: "
                    + String.join(", ", Interfaces.names()));
        }
        if (device.isBlank() || !Interfaces.exists(device)) {
            throw CapturedInterface.absent(device);
        }
        if (!Interfaces.isUp(device)) {
            throw CapturedInterface.down(device);
        }
    }

    private static int linkType(String device) throws IOException {
        int hardware = Interfaces.hardwareType(device);
        return switch (hardware) {
            case ARPHRD_ETHER, ARPHRD_LOOPBACK -> LinkType.EN10MB;
            case ARPHRD_NONE -> LinkType.RAW;
            default -> throw new UsageException("packets of " + device + " have a link layer that is not decoded here"
                    + " (ARPHRD " + hardware + ")");
        };
    }
}
