package packetlab.sockets;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jnr.enxio.channels.NativeException;
import jnr.enxio.channels.NativeSelectableChannel;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.os.Errno;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.SocketText;
import packetlab.os.Sockets;
import packetlab.os.Tasks;
import packetlab.os.WallClock;

/**
 * The calls of one side of a demo over Unix-domain sockets, made through jnr-unixsocket and recorded as
 * {@link Calls} does. Where one method of that library makes several system calls (watched with strace), the record
 * names them, because only their sum can be timed.
 */
public final class UnixCalls {
    private static final String BIND = "jnr-unixsocket calls bind, getsockname, listen";
    private static final String BIND_DATAGRAM = "jnr-unixsocket calls bind, getsockname";
    private static final String CLOSE_DATAGRAM = "jnr-unixsocket calls shutdown, close";
    private static final String CLOSE = "jnr-unixsocket calls shutdown, shutdown, close";
    private static final String CLOSE_LISTENING = "jnr-unixsocket calls shutdown, close";

    private static final String OVERLONG = "a Unix socket's path has at most 107 octets";

    private final Side side;
    private final Consumer<CallEvent> recorder;
    private final Set<NativeSelectableChannel> open = ConcurrentHashMap.newKeySet();
    private final Set<Path> files = ConcurrentHashMap.newKeySet();

    UnixCalls(Side side, Consumer<CallEvent> recorder) {
        this.side = side;
        this.recorder = recorder;
    }

    /** A quarter of a second that the first recorded call would otherwise be charged with. */
    static void loadNativeCode() throws IOException {
        UnixSocketChannel.create().close();
    }

    /** socket(), for a server. */
    public UnixServerSocketChannel listeningSocket() throws IOException {
        notEnding();
        long entered = WallClock.nowNs();
        UnixServerSocketChannel channel = UnixServerSocketChannel.open();
        record("socket", entered, WallClock.nowNs(), Event.UNKNOWN, "AF_UNIX, SOCK_STREAM, 0", channel.getFD(), null, Event.UNKNOWN);
        open.add(channel);
        return channel;
    }

    /** socket(), for a client. */
    public UnixSocketChannel socket() throws IOException {
        notEnding();
        long entered = WallClock.nowNs();
        UnixSocketChannel channel = UnixSocketChannel.create();
        record("socket", entered, WallClock.nowNs(), Event.UNKNOWN, "AF_UNIX, SOCK_STREAM, 0", channel.getFD(), null, Event.UNKNOWN);
        open.add(channel);
        return channel;
    }

    /** bind() and listen(): makes the socket file. */
    public void bind(UnixServerSocketChannel channel, SocketAddress path, int backlog) throws IOException {
        refuseOverlong("bind", channel.getFD(), path);
        recorded("bind", channel.getFD(), path + "; " + BIND, () -> {
            channel.socket().bind(jnr(path), backlog);
            return 0;
        });
        bound(path);
    }

    /**
     * A path that no Unix socket can have goes to the kernel without jnr-unixsocket, which cuts it to the 108 octets that
     * it has room for and yet tells the kernel the whole length.
     */
    private void refuseOverlong(String call, int fd, SocketAddress path) throws IOException {
        if (path instanceof SocketAddress.OverlongPath) {
            recorded(call, fd, path.toString(), () -> {
                if (call.equals("bind")) {
                    Sockets.bind(fd, path);
                } else {
                    Sockets.connect(fd, path);
                }
                return 0;
            });
        }
    }

    /** A file that we made is ours to remove. */
    private void bound(SocketAddress path) {
        if (path instanceof SocketAddress.Unix unix && !unix.isAbstract()) {
            files.add(Path.of(unix.path()));
        }
    }

    /** As the library has it: an abstract name begins with NUL. */
    private static UnixSocketAddress jnr(SocketAddress address) {
        SocketAddress.Unix unix = (SocketAddress.Unix) address;
        return new UnixSocketAddress(unix.isAbstract() ? "\0" + unix.path() : unix.path());
    }

    boolean isOpen(NativeSelectableChannel channel) {
        return open.contains(channel);
    }

    /** socket(), for datagrams. */
    public UnixDatagramChannel datagramSocket() throws IOException {
        notEnding();
        long entered = WallClock.nowNs();
        UnixDatagramChannel channel = UnixDatagramChannel.open();
        record("socket", entered, WallClock.nowNs(), Event.UNKNOWN, "AF_UNIX, SOCK_DGRAM, 0", channel.getFD(), null, Event.UNKNOWN);
        open.add(channel);
        return channel;
    }

    /** bind(), which a client needs, too, if it is to be answered: makes the socket file. */
    public void bind(UnixDatagramChannel channel, SocketAddress path) throws IOException {
        refuseOverlong("bind", channel.getFD(), path);
        recorded("bind", channel.getFD(), path + "; " + BIND_DATAGRAM, () -> {
            channel.bind(jnr(path));
            return 0;
        });
        bound(path);
    }

    /** From now on a call that waits longer to receive (SO_RCVTIMEO) or to send (SO_SNDTIMEO) fails with EAGAIN. */
    public void setTimeout(UnixDatagramChannel channel, int option, int timeoutMs) throws IOException {
        recorded("setsockopt", channel.getFD(), SocketText.option(Sockets.SOL_SOCKET, option) + ", " + timeoutMs + " ms",
                () -> {
                    Sockets.setsockopt(channel.getFD(), Sockets.SOL_SOCKET, option, Sockets.timeval(timeoutMs * 1_000L));
                    return 0;
                });
    }

    public int sendto(UnixDatagramChannel channel, ByteBuffer data, SocketAddress to) throws IOException {
        String args = Octets.sent(data) + ", " + to;
        notEnding();
        long entered = WallClock.nowNs();
        try {
            int length = channel.send(data, jnr(to));
            record("sendto", entered, WallClock.nowNs(), channel.getFD(), args, length, null, length);
            return length;
        } catch (IOException e) {
            record("sendto", entered, WallClock.nowNs(), channel.getFD(), args, -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, "sendto", channel.getFD() + ", " + args);
        }
    }

    /** Receives one datagram, or what fits of it, and returns its sender; null where it has no name. */
    public SocketAddress recvfrom(UnixDatagramChannel channel, ByteBuffer data) throws IOException {
        int room = data.remaining();
        int at = data.position();
        notEnding();
        long entered = WallClock.nowNs();
        try {
            UnixSocketAddress from = channel.receive(data);
            int length = data.position() - at;
            boolean named = from != null && from.path() != null && !from.path().isEmpty();
            SocketAddress sender = !named ? null : from.path().charAt(0) == 0
                    ? new SocketAddress.Unix(from.path().substring(1), true) : new SocketAddress.Unix(from.path());
            record("recvfrom", entered, WallClock.nowNs(), channel.getFD(), Octets.received(data, at, room) + ", "
                    + (named ? sender : "(unnamed)"), length, null, length);
            return sender;
        } catch (IOException e) {
            record("recvfrom", entered, WallClock.nowNs(), channel.getFD(), Integer.toString(room), -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, "recvfrom", channel.getFD() + ", " + room);
        }
    }

    /** Who is at the other end, as the kernel noted it when the connection was made: nobody can forge it. */
    public Credentials peerCredentials(UnixSocketChannel channel) throws IOException {
        notEnding();
        long entered = WallClock.nowNs();
        Credentials peer = channel.getOption(UnixSocketOptions.SO_PEERCRED);
        record("getsockopt", entered, WallClock.nowNs(), channel.getFD(), "SOL_SOCKET, SO_PEERCRED, {pid " + peer.getPid()
                + ", uid " + peer.getUid() + ", gid " + peer.getGid() + "}", 0, null, Event.UNKNOWN);
        return peer;
    }

    public UnixSocketChannel accept(UnixServerSocketChannel channel) throws IOException {
        notEnding();
        long entered = WallClock.nowNs();
        try {
            UnixSocketChannel accepted = channel.accept();
            record("accept", entered, WallClock.nowNs(), channel.getFD(), "(unnamed)", accepted.getFD(), null, Event.UNKNOWN);
            open.add(accepted);
            return accepted;
        } catch (IOException e) {
            record("accept", entered, WallClock.nowNs(), channel.getFD(), "", -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, "accept", Integer.toString(channel.getFD()));
        }
    }

    public void connect(UnixSocketChannel channel, SocketAddress path) throws IOException {
        refuseOverlong("connect", channel.getFD(), path);
        recorded("connect", channel.getFD(), path.toString(), () -> {
            channel.connect(jnr(path));
            return 0;
        });
    }

    /** Writes what lies between position and limit, or a part of it; returns how many octets. */
    public int write(UnixSocketChannel channel, ByteBuffer data) throws IOException {
        String args = Octets.sent(data);
        notEnding();
        long entered = WallClock.nowNs();
        try {
            int length = channel.write(data);
            record("write", entered, WallClock.nowNs(), channel.getFD(), args, length, null, length);
            return length;
        } catch (IOException e) {
            record("write", entered, WallClock.nowNs(), channel.getFD(), args, -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, "write", channel.getFD() + ", " + args);
        }
    }

    /** Reads into the buffer between position and limit; 0 is the end of the stream, as in C. */
    public int read(UnixSocketChannel channel, ByteBuffer data) throws IOException {
        int room = data.remaining();
        int at = data.position();
        notEnding();
        long entered = WallClock.nowNs();
        try {
            int length = Math.max(0, channel.read(data));
            record("read", entered, WallClock.nowNs(), channel.getFD(), Octets.received(data, at, room), length, null, length);
            return length;
        } catch (IOException e) {
            record("read", entered, WallClock.nowNs(), channel.getFD(), Integer.toString(room), -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, "read", channel.getFD() + ", " + Integer.toString(room));
        }
    }

    public void close(UnixSocketChannel channel) throws IOException {
        close(channel, CLOSE);
    }

    public void close(UnixDatagramChannel channel) throws IOException {
        close(channel, CLOSE_DATAGRAM);
    }

    public void close(UnixServerSocketChannel channel) throws IOException {
        close(channel, CLOSE_LISTENING);
    }

    private void close(NativeSelectableChannel channel, String calls) throws IOException {
        open.remove(channel);
        SocketFacts.closing(channel.getFD());
        recorded("close", channel.getFD(), calls, () -> {
            ((Channel) channel).close();
            return 0;
        });
    }

    /** Wakes every call that still waits: this library's blocking calls heed neither interrupt nor timeout. */
    void wakeAll() {
        for (NativeSelectableChannel channel : open) {
            try {
                Sockets.shutdown(channel.getFD(), Sockets.SHUT_RDWR);
            } catch (OsException notConnected) {
                // then nobody waits on it
            }
        }
    }

    /** Closes what a demo left open because something failed. */
    void closeAll() {
        for (NativeSelectableChannel channel : open) {
            try {
                close(channel, channel instanceof UnixServerSocketChannel ? CLOSE_LISTENING
                        : channel instanceof UnixDatagramChannel ? CLOSE_DATAGRAM : CLOSE);
            } catch (IOException gone) {
                // it is recorded; there is nothing else to be done about it
            }
        }
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException notOursAnyMore) {
                // somebody else has put something in its place
            }
        }
    }

    private void recorded(String call, int fd, String args, Body body) throws IOException {
        if (!call.equals("close")) {
            notEnding();
        }
        long entered = WallClock.nowNs();
        try {
            int result = body.make();
            record(call, entered, WallClock.nowNs(), fd, args, result, null, Event.UNKNOWN);
        } catch (IOException e) {
            record(call, entered, WallClock.nowNs(), fd, args, -1, errnoName(e), Event.UNKNOWN);
            throw explained(e, call, fd + ", " + args);
        }
    }

    /** No call is begun any more on a thread that the stage wants to end. */
    private static void notEnding() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the demo is to end");
        }
    }

    private void record(String call, long entered, long returned, long fd, String args, long result, String errno,
                        long length) {
        recorder.accept(SocketFacts.add(new CallEvent(entered, returned, call, Tasks.pid(), Tasks.tid(), fd, args,
                result, errno, Event.UNKNOWN, side, Event.UNKNOWN, length, List.of())));
    }

    /** The same failure as a call of ours would tell it, where the library has told which error it was. */
    private static IOException explained(IOException e, String call, String args) {
        for (Errno errno : Errno.values()) {
            if (errno.name().equals(errnoName(e))) {
                boolean overlong = errno == Errno.EINVAL && (call.equals("bind") || call.equals("connect"));
                return new OsException(call, args, errno.number(), overlong ? OVERLONG : hint(call, errno));
            }
        }
        return e;
    }

    private static String hint(String call, Errno errno) {
        return switch (errno) {
            case EADDRINUSE -> "a file of this name is there already, perhaps left over from a server that has ended";
            case ENOENT -> call.equals("bind") ? "no such directory" : "no such socket file: is the server running?";
            case ECONNREFUSED -> "the socket file is there, but nobody listens";
            case EACCES -> "the directory or the socket file does not let this user in";
            default -> null;
        };
    }

    /** The library tells errno as a number only for some calls, for the others by its meaning in English. */
    static String errnoName(IOException e) {
        if (e instanceof OsException ours) {
            return ours.errnoName();
        }
        if (e instanceof NativeException number) {
            return Errno.name(number.getErrno().intValue());
        }
        for (Errno errno : Errno.values()) {
            if (Errno.meaning(errno.number()).equals(e.getMessage())) {
                return errno.name();
            }
        }
        return String.valueOf(e.getMessage());
    }

    @FunctionalInterface
    private interface Body {
        int make() throws IOException;
    }
}
