package packetlab.sockets;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Socket;
import packetlab.event.CallEvent.Transport;
import packetlab.event.Event;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/**
 * Which socket stands behind each descriptor of this process: what it carries, and its two addresses. Learnt from the
 * recorded calls, and where these do not tell, asked of the kernel after the call has been stamped: getsockname(),
 * getpeername(), and on datagram sockets SIOCGSTAMPNS, which are nobody's calls and not recorded. Any thread may call.
 */
final class SocketFacts {
    private static final AtomicLong IDS = new AtomicLong();
    private static final Map<Integer, Socket> BY_DESCRIPTOR = new ConcurrentHashMap<>();
    /** By thread: the socket of the close() that it is about to make, whose descriptor may be another's at once. */
    private static final Map<Long, Socket> CLOSING = new ConcurrentHashMap<>();
    private static final String UNNAMED = "(unnamed)";

    private SocketFacts() {}

    /** To be told before close(): from then on the descriptor may be another socket's. */
    static void closing(int fd) {
        Socket socket = BY_DESCRIPTOR.remove(fd);
        if (socket != null) {
            CLOSING.put(Thread.currentThread().getId(), socket);
        }
    }

    /** The call with its socket; to be asked on the thread that made it. */
    static CallEvent add(CallEvent call) {
        Socket socket = socketOf(call);
        return socket == null ? call : call.on(socket);
    }

    private static Socket socketOf(CallEvent call) {
        boolean done = call.errno() == null;
        int fd = (int) call.fd();
        switch (call.call()) {
            case "socket" -> {
                return done ? opened((int) call.result(), call.args()) : null;
            }
            case "accept" -> {
                return done ? accepted(fd, call) : BY_DESCRIPTOR.get(fd);
            }
            case "close" -> {
                return CLOSING.remove(Thread.currentThread().getId());
            }
            default -> { }
        }
        Socket known = BY_DESCRIPTOR.get(fd);
        if (known == null) {
            return null;
        }
        return switch (call.call()) {
            case "bind" -> done ? keep(fd, new Socket(known.id(), known.transport(), local(fd), known.peer(),
                    Event.NO_TIME)) : known;
            case "connect" -> connected(fd, known, call);
            case "sendto", "sendmsg" -> withPeer(withLocal(fd, known), call);
            case "recv", "recvfrom", "recvmsg" -> done ? received(fd, withPeer(withLocal(fd, known), call)) : known;
            default -> known;
        };
    }

    private static Socket opened(int fd, String args) {
        Transport transport = transport(args);
        if (isPacketwise(transport)) {
            lastPacketTimeNs(fd);       // from now on it remembers
        }
        return keep(fd, new Socket(IDS.incrementAndGet(), transport, null, null, Event.NO_TIME));
    }

    private static boolean isPacketwise(Transport transport) {
        return transport == Transport.UDP || transport == Transport.OTHER;
    }

    private static Transport transport(String args) {
        boolean stream = args.contains("SOCK_STREAM");
        boolean datagram = args.contains("SOCK_DGRAM");
        if (args.startsWith("AF_UNIX")) {
            return stream ? Transport.UNIX_STREAM : datagram ? Transport.UNIX_DATAGRAM : Transport.OTHER;
        }
        if (args.startsWith("AF_INET")) {
            return stream ? Transport.TCP : datagram && !args.contains("ICMP") ? Transport.UDP : Transport.OTHER;
        }
        return Transport.OTHER;
    }

    private static Socket accepted(int listening, CallEvent call) {
        Socket listener = BY_DESCRIPTOR.get(listening);
        int fd = (int) call.result();
        return listener == null ? null : keep(fd, new Socket(IDS.incrementAndGet(), listener.transport(), local(fd),
                lastArgument(call.args()), Event.NO_TIME));
    }

    /** A socket whose connection was refused has lost its address again; some kernels leave it its port. */
    private static Socket connected(int fd, Socket known, CallEvent call) {
        String to = call.errno() == null ? peer(fd) : null;
        return keep(fd, new Socket(known.id(), known.transport(), local(fd), to == null ? lastArgument(call.args()) : to,
                Event.NO_TIME));
    }

    /** The kernel has chosen a port when the first datagram went out. */
    private static Socket withLocal(int fd, Socket known) {
        return known.local() != null || known.transport() != Transport.UDP ? known : keep(fd,
                new Socket(known.id(), known.transport(), local(fd), known.peer(), Event.NO_TIME));
    }

    /** For this call alone: the address that it names. */
    private static Socket withPeer(Socket known, CallEvent call) {
        if (!call.call().endsWith("to") && !call.call().endsWith("from") && !call.call().endsWith("msg")) {
            return known;
        }
        String named = lastArgument(call.args());
        return named == null ? known : new Socket(known.id(), known.transport(), known.local(), named, Event.NO_TIME);
    }

    private static Socket received(int fd, Socket known) {
        return isPacketwise(known.transport()) ? new Socket(known.id(), known.transport(), known.local(), known.peer(),
                lastPacketTimeNs(fd)) : known;
    }

    private static Socket keep(int fd, Socket socket) {
        BY_DESCRIPTOR.put(fd, socket);
        return socket;
    }

    /**
     * The address in a call's arguments as this package writes them: the last of them that looks like one. Data stands
     * before it and may look like anything.
     */
    static String lastArgument(String args) {
        String rest = args.contains("; ") ? args.substring(0, args.lastIndexOf("; ")) : args;
        int from = Math.max(rest.lastIndexOf('"') + 1, 0);
        String[] words = rest.substring(from).split(", ");
        for (int i = words.length - 1; i >= 0; i--) {
            String word = words[i].strip();
            if (word.startsWith("/") || word.startsWith("@") || word.matches("\\S+:\\d+")) {
                return word;
            }
        }
        return null;
    }

    private static long lastPacketTimeNs(int fd) {
        try {
            return Sockets.lastPacketTimeNs(fd);
        } catch (OsException e) {
            return Event.NO_TIME;
        }
    }

    private static String local(int fd) {
        try {
            return named(Sockets.getsockname(fd));
        } catch (OsException e) {
            return null;        // closed meanwhile
        }
    }

    private static String peer(int fd) {
        try {
            return named(Sockets.getpeername(fd));
        } catch (OsException e) {
            return null;        // reset meanwhile
        }
    }

    private static String named(SocketAddress address) {
        String text = address.toString();
        boolean nothing = text.equals(UNNAMED) || address instanceof SocketAddress.Ipv4 v4 && v4.port() == 0
                || address instanceof SocketAddress.Ipv6 v6 && v6.port() == 0;
        return nothing ? null : text;
    }
}
