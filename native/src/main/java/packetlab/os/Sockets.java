package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import packetlab.event.Event;

/**
 * The socket calls of the C library under their own names: one method is one system call, made on the calling thread,
 * which it blocks as the kernel does. Failure is an {@link OsException} with the errno of that very call. Nothing is
 * retried, also not EINTR and EAGAIN.
 *
 * <p>Data travels through direct buffers between position and limit, and the position moves on by what was sent or
 * received. Descriptors are plain numbers that the caller closes; one that another thread is blocked on is woken by
 * {@link #shutdown}, not by {@link #close}. Any thread may call.
 */
public final class Sockets {
    public static final int AF_UNSPEC = 0, AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_PACKET = 17;
    public static final int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5;
    /** To be or-ed to the type. */
    public static final int SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public static final int IPPROTO_IP = 0, IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_IPV6 = 41,
            IPPROTO_ICMPV6 = 58, IPPROTO_RAW = 255;
    public static final int SHUT_RD = 0, SHUT_WR = 1, SHUT_RDWR = 2;
    public static final int MSG_OOB = 1, MSG_PEEK = 2, MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40, MSG_WAITALL = 0x100,
            MSG_ERRQUEUE = 0x2000, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x4000_0000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2, SO_TYPE = 3, SO_ERROR = 4, SO_SNDBUF = 7, SO_RCVBUF = 8,
            SO_KEEPALIVE = 9, SO_LINGER = 13, SO_REUSEPORT = 15, SO_PEERCRED = 17, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21,
            SO_TIMESTAMPNS = 35, SO_TIMESTAMPING = 37, SO_DOMAIN = 39, SO_LOCK_FILTER = 44;
    public static final int TCP_NODELAY = 1, TCP_MAXSEG = 2, TCP_CORK = 3, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5,
            TCP_KEEPCNT = 6, TCP_QUICKACK = 12, TCP_USER_TIMEOUT = 18;
    public static final int IP_TTL = 2, IP_HDRINCL = 3, IPV6_V6ONLY = 26;
    public static final int IP_RECVTTL = 12, IP_MULTICAST_IF = 32, IP_MULTICAST_TTL = 33, IP_MULTICAST_LOOP = 34,
            IP_ADD_MEMBERSHIP = 35, IP_DROP_MEMBERSHIP = 36;
    public static final int SO_ATTACH_FILTER = 26, SO_DETACH_FILTER = 27, SO_MEMINFO = 55;

    private static final long SIOCGSTAMPNS = 0x8907;

    private static final ThreadLocal<ByteBuffer> CELLS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()));

    private Sockets() {}

    /** Makes a socket and returns its descriptor. */
    public static int socket(int domain, int type, int protocol) throws OsException {
        int fd = LibC.get().socket(domain, type, protocol);
        if (fd < 0) {
            int errno = LibC.errno();
            throw Failure.of("socket", SocketText.socket(domain, type, protocol), errno, domain, type);
        }
        return fd;
    }

    public static void bind(int fd, SocketAddress address) throws OsException {
        AddressBuffer a = new AddressBuffer(address);
        if (LibC.get().bind(fd, a.struct(), a.length()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("bind", fd + ", " + address, errno);
        }
    }

    public static void listen(int fd, int backlog) throws OsException {
        if (LibC.get().listen(fd, backlog) < 0) {
            int errno = LibC.errno();
            throw Failure.of("listen", fd + ", " + backlog, errno);
        }
    }

    /**
     * Waits for a connection and returns its descriptor.
     *
     * @param peer takes the address of the other end; null where nobody wants it
     */
    public static int accept(int fd, AddressBuffer peer) throws OsException {
        int accepted = peer == null ? LibC.get().accept(fd, null, null)
                : LibC.get().accept(fd, peer.clear().struct(), peer.lengthCell());
        if (accepted < 0) {
            int errno = LibC.errno();
            throw Failure.of("accept", "" + fd, errno);
        }
        return accepted;
    }

    /** Connects; on a non-blocking socket EINPROGRESS is an exception like any other. */
    public static void connect(int fd, SocketAddress address) throws OsException {
        AddressBuffer a = new AddressBuffer(address);
        if (LibC.get().connect(fd, a.struct(), a.length()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("connect", fd + ", " + address, errno);
        }
    }

    /**
     * Sends what lies between the buffer's position and limit, or a part of it on a stream; returns how many octets.
     * MSG_NOSIGNAL is always added: a broken pipe is EPIPE, not the end of the JVM.
     */
    public static int send(int fd, ByteBuffer data, int flags) throws OsException {
        int length = direct(data).remaining();
        int n = (int) LibC.get().send(fd, data, length, flags | MSG_NOSIGNAL);
        if (n < 0) {
            int errno = LibC.errno();
            throw Failure.of("send", fd + ", " + length + " octets" + SocketText.flags(flags), errno);
        }
        data.position(data.position() + n);
        return n;
    }

    /** Sends one datagram to an address; see {@link #send}. */
    public static int sendto(int fd, ByteBuffer data, int flags, SocketAddress to) throws OsException {
        return sendto(fd, data, flags, new AddressBuffer(to));
    }

    /** As the other, without allocating. */
    public static int sendto(int fd, ByteBuffer data, int flags, AddressBuffer to) throws OsException {
        int length = direct(data).remaining();
        int n = (int) LibC.get().sendto(fd, data, length, flags | MSG_NOSIGNAL, to.struct(), to.length());
        if (n < 0) {
            int errno = LibC.errno();
            throw Failure.of("sendto", fd + ", " + length + " octets" + SocketText.flags(flags) + ", " + to.get(),
                    errno);
        }
        data.position(data.position() + n);
        return n;
    }

    /**
     * Receives into the buffer between position and limit; 0 is the end of a stream, or an empty datagram. With
     * MSG_TRUNC the result may exceed the room, and the position then stands at the limit.
     */
    public static int recv(int fd, ByteBuffer data, int flags) throws OsException {
        int room = direct(data).remaining();
        int n = (int) LibC.get().recv(fd, data, room, flags);
        if (n < 0) {
            int errno = LibC.errno();
            throw Failure.of("recv", fd + ", " + room + " octets" + SocketText.flags(flags), errno);
        }
        data.position(data.position() + Math.min(n, room));
        return n;
    }

    /**
     * Receives and takes the sender's address too; see {@link #recv}.
     *
     * @param from takes the address; null where nobody wants it
     */
    public static int recvfrom(int fd, ByteBuffer data, int flags, AddressBuffer from) throws OsException {
        int room = direct(data).remaining();
        int n = (int) (from == null ? LibC.get().recvfrom(fd, data, room, flags, null, null)
                : LibC.get().recvfrom(fd, data, room, flags, from.clear().struct(), from.lengthCell()));
        if (n < 0) {
            int errno = LibC.errno();
            throw Failure.of("recvfrom", fd + ", " + room + " octets" + SocketText.flags(flags), errno);
        }
        data.position(data.position() + Math.min(n, room));
        return n;
    }

    /** Ends one or both directions, and wakes whoever is blocked on it. */
    public static void shutdown(int fd, int how) throws OsException {
        if (LibC.get().shutdown(fd, how) < 0) {
            int errno = LibC.errno();
            throw Failure.of("shutdown", fd + ", " + SocketText.how(how), errno);
        }
    }

    /** Frees the descriptor, also where it fails: never to be repeated. */
    public static void close(int fd) throws OsException {
        if (LibC.get().close(fd) < 0) {
            int errno = LibC.errno();
            throw Failure.of("close", "" + fd, errno);
        }
    }

    public static void setsockopt(int fd, int level, int option, int value) throws OsException {
        ByteBuffer cell = CELLS.get().putInt(0, value).position(0).limit(4);
        setsockopt(fd, level, option, cell, Integer.toString(value));
    }

    /** Sets an option whose value is a struct: what lies between the buffer's position and limit. */
    public static void setsockopt(int fd, int level, int option, ByteBuffer value) throws OsException {
        setsockopt(fd, level, option, direct(value), value.remaining() + " octets");
    }

    private static void setsockopt(int fd, int level, int option, ByteBuffer value, String shown) throws OsException {
        if (LibC.get().setsockopt(fd, level, option, value, value.remaining()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("setsockopt", fd + ", " + SocketText.option(level, option) + ", " + shown, errno);
        }
    }

    public static int getsockopt(int fd, int level, int option) throws OsException {
        ByteBuffer cell = CELLS.get().putInt(0, 0).position(0).limit(4);
        getsockopt(fd, level, option, cell);
        return cell.getInt(0);
    }

    /** Reads an option whose value is a struct into the buffer between position and limit; returns its octets. */
    public static int getsockopt(int fd, int level, int option, ByteBuffer value) throws OsException {
        ByteBuffer length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        length.putInt(0, direct(value).remaining());
        if (LibC.get().getsockopt(fd, level, option, value, length) < 0) {
            int errno = LibC.errno();
            throw Failure.of("getsockopt", fd + ", " + SocketText.option(level, option), errno);
        }
        return length.getInt(0);
    }

    /** The socket's own address. */
    public static SocketAddress getsockname(int fd) throws OsException {
        AddressBuffer a = new AddressBuffer().clear();
        if (LibC.get().getsockname(fd, a.struct(), a.lengthCell()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("getsockname", "" + fd, errno);
        }
        return a.get();
    }

    /** The address of the other end. */
    public static SocketAddress getpeername(int fd) throws OsException {
        AddressBuffer a = new AddressBuffer().clear();
        if (LibC.get().getpeername(fd, a.struct(), a.lengthCell()) < 0) {
            int errno = LibC.errno();
            throw Failure.of("getpeername", "" + fd, errno);
        }
        return a.get();
    }

    /**
     * Waits until a descriptor is ready; returns how many are, 0 when the time is over.
     *
     * @param timeoutMs negative waits without end
     */
    public static int poll(PollSet set, int timeoutMs) throws OsException {
        int n = LibC.get().poll(set.entries(), set.size(), timeoutMs);
        if (n < 0) {
            int errno = LibC.errno();
            throw Failure.of("poll", set.size() + " descriptors, " + timeoutMs + " ms", errno);
        }
        return n;
    }

    /**
     * When the packet came that the last receiving call on a datagram socket returned, as the kernel stamped it: to the
     * nanosecond what a capture says of it. Stamping begins with the first such question.
     *
     * @return nanoseconds since the epoch, or {@code Event.NO_TIME} where nothing was stamped yet
     */
    public static long lastPacketTimeNs(int fd) throws OsException {
        ByteBuffer timespec = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        if (LibC.get().ioctl(fd, SIOCGSTAMPNS, timespec) < 0) {
            return Event.NO_TIME;
        }
        return timespec.getLong(0) * 1_000_000_000L + timespec.getLong(8);
    }

    /** The value of SO_LINGER; on with 0 seconds makes close() send a reset. */
    public static ByteBuffer linger(boolean on, int seconds) {
        return ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder())
                .putInt(0, on ? 1 : 0).putInt(4, seconds);
    }

    /** The value of SO_RCVTIMEO and SO_SNDTIMEO (struct timeval on 64-bit systems). */
    public static ByteBuffer timeval(long timeoutUs) {
        return ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder())
                .putLong(0, timeoutUs / 1_000_000).putLong(8, timeoutUs % 1_000_000);
    }

    static ByteBuffer direct(ByteBuffer b) {
        if (!b.isDirect()) {
            throw new IllegalArgumentException("a direct buffer is needed: ByteBuffer.allocateDirect");
        }
        return b;
    }
}
