package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
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

    private CaptureHelper() {}

    /**
     * A packet socket, bound to one interface, with its filter locked: it receives nothing of another interface, and on
     * lo each packet once. The caller closes it.
     *
     * @param filter  a pcap-filter(7) expression; empty for none
     * @param snaplen octets kept of each packet
     * @throws UsageException      no such interface, or a filter that does not compile or is too long
     * @throws PermissionException this user may not execute the helper, or the administrator has not allowed this
     * @throws IOException         the interface is down, or the helper failed; the message says how
     */
    public static int openDescriptor(String device, String filter, int snaplen) throws IOException {
        return openDescriptor(PROGRAM, device, program(device, filter, snaplen));
    }

    /**
     * Packets of one interface through the helper, which keeps the socket: what remains where the administrator allows
     * no more, and what gives this program least.
     *
     * @param bufferBytes of the ring that the helper makes, from 1 MB to 256 MB
     * @throws IOException as {@link #openDescriptor}
     */
    public static HelperStream openStream(String device, String filter, int snaplen, int bufferBytes)
            throws IOException {
        return openStream(PROGRAM, device, filter, snaplen, bufferBytes);
    }

    static HelperStream openStream(Path helper, String device, String filter, int snaplen, int bufferBytes)
            throws IOException {
        ByteBuffer program = program(device, filter, snaplen);
        HelperCall call = HelperCall.start(helper, true, device, program, bufferBytes);
        try {
            return new HelperStream(call, device, filter, snaplen, linkType(device));
        } catch (IOException | RuntimeException e) {
            call.close();
            throw e;
        }
    }

    static int openDescriptor(Path helper, String device, ByteBuffer program) throws IOException {
        try (HelperCall call = HelperCall.start(helper, false, device, program, 0)) {
            ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_LENGTH).order(ByteOrder.nativeOrder());
            ReceivedMessage message = new ReceivedMessage();
            int octets = call.receive(message, answer, Sockets.MSG_CMSG_CLOEXEC);
            int fd = takeDescriptor(message);
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

    /** The one descriptor that came; all are closed where there are others. */
    private static int takeDescriptor(ReceivedMessage message) throws OsException {
        int taken = -1;
        int count = 0;
        while (message.nextControl()) {
            if (message.controlIs(Sockets.SOL_SOCKET, ReceivedMessage.SCM_RIGHTS)) {
                for (int at = 0; at + Integer.BYTES <= message.controlLength(); at += Integer.BYTES) {
                    if (count++ == 0) {
                        taken = message.controlInt(at);
                    } else {
                        Sockets.close(message.controlInt(at));
                    }
                }
            }
        }
        if (count > 1) {
            Sockets.close(taken);
            return -1;
        }
        return taken;
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

    private static ByteBuffer program(String device, String filter, int snaplen) throws IOException {
        requireUp(device);
        return FilterCompiler.compile(filter, linkType(device), snaplen);
    }

    private static void requireUp(String device) throws IOException {
        if (device.equals(CapturedInterface.ANY)) {
            throw new UsageException(NAME + " captures on one interface at a time; there are: "
                    + String.join(", ", Interfaces.names()));
        }
        if (device.isBlank() || !Interfaces.exists(device)) {
            throw new UsageException("there is no interface " + device + "; there are: "
                    + String.join(", ", Interfaces.names()));
        }
        if (!Interfaces.isUp(device)) {
            throw new OsException("bind", device, Errno.ENETDOWN.number(),
                    "the interface is down; as root: ip link set " + device + " up");
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
