package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import packetlab.wire.IpAddress;
import packetlab.wire.Net;

/**
 * The address of a socket as the kernel takes it (struct sockaddr_in, sockaddr_in6, sockaddr_un), as a value. Text is
 * as people write it: {@code 127.0.0.1:80}, {@code [::1]:80}, {@code /run/x.sock}, {@code @abstract}.
 */
public sealed interface SocketAddress {
    int family();

    /** Writes the struct into {@code out} from offset 0 and returns its length in octets. */
    int writeTo(ByteBuffer out);

    /** An IPv4 address and port; {@code address} has its first octet on top. */
    record Ipv4(int address, int port) implements SocketAddress {
        public static final int LENGTH = 16;

        public Ipv4 {
            checkPort(port);
        }

        @Override
        public int family() {
            return Sockets.AF_INET;
        }

        @Override
        public int writeTo(ByteBuffer out) {
            putFamily(out, Sockets.AF_INET);
            Net.put16(out, 2, port);
            Net.put32(out, 4, address);
            Net.put64(out, 8, 0);
            return LENGTH;
        }

        /** The address without the port. */
        public String host() {
            return IpAddress.text(4, 0, address);
        }

        @Override
        public String toString() {
            return host() + ":" + port;
        }
    }

    /** An IPv6 address and port: high and low half of the address in network order, scope as in {@code fe80::1%2}. */
    record Ipv6(long high, long low, int port, int scope) implements SocketAddress {
        public static final int LENGTH = 28;

        public Ipv6 {
            checkPort(port);
        }

        @Override
        public int family() {
            return Sockets.AF_INET6;
        }

        @Override
        public int writeTo(ByteBuffer out) {
            putFamily(out, Sockets.AF_INET6);
            Net.put16(out, 2, port);
            Net.put32(out, 4, 0);
            Net.put64(out, 8, high);
            Net.put64(out, 16, low);
            putNative32(out, 24, scope);
            return LENGTH;
        }

        /** The address without port and brackets (RFC 5952). */
        public String host() {
            return IpAddress.text(6, high, low) + (scope == 0 ? "" : "%" + scope);
        }

        @Override
        public String toString() {
            return "[" + host() + "]:" + port;
        }
    }

    /**
     * A Unix-domain address: a path of at most 107 octets, an abstract name (whose socket leaves no file), or an empty
     * path for a socket that has no name.
     */
    record Unix(String path, boolean isAbstract) implements SocketAddress {
        /** Octets of sun_path; a path needs one of them for its final NUL. */
        public static final int PATH_CAPACITY = 108;

        public Unix(String path) {
            this(path, false);
        }

        public Unix {
            int length = path.getBytes(StandardCharsets.UTF_8).length;
            if (length >= PATH_CAPACITY) {
                throw new IllegalArgumentException("a Unix socket's name has at most " + (PATH_CAPACITY - 1)
                        + " octets, this one " + length + ": " + path);
            }
            if (!isAbstract && path.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a path cannot contain NUL");
            }
        }

        @Override
        public int family() {
            return Sockets.AF_UNIX;
        }

        @Override
        public int writeTo(ByteBuffer out) {
            putFamily(out, Sockets.AF_UNIX);
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            int at = 2;
            if (isAbstract) {
                out.put(at++, (byte) 0);
            }
            for (byte b : name) {
                out.put(at++, b);
            }
            if (!isAbstract && name.length > 0) {
                out.put(at++, (byte) 0);
            }
            return at;
        }

        @Override
        public String toString() {
            return isAbstract ? "@" + path : path.isEmpty() ? "(unnamed)" : path;
        }
    }

    /** A path that no Unix socket can have, kept so that the kernel itself can say so (EINVAL). */
    record OverlongPath(String path) implements SocketAddress {
        /** Octets that are handed over: already more than the kernel takes. */
        private static final int HANDED_OVER = 120;

        @Override
        public int family() {
            return Sockets.AF_UNIX;
        }

        @Override
        public int writeTo(ByteBuffer out) {
            putFamily(out, Sockets.AF_UNIX);
            byte[] octets = path.getBytes(StandardCharsets.UTF_8);
            int length = Math.min(octets.length, HANDED_OVER);
            out.put(2, octets, 0, length);
            return 2 + length;
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /** An address of a family that has no type here, such as AF_PACKET or AF_NETLINK; it can be shown, not used. */
    record Other(int family, int length) implements SocketAddress {
        @Override
        public int writeTo(ByteBuffer out) {
            throw new IllegalArgumentException("an address of family " + family + " cannot be used here");
        }

        @Override
        public String toString() {
            return "family " + family;
        }
    }

    /**
     * An address from its numeric text and a port; never asks a name server.
     *
     * @param host such as {@code 127.0.0.1}, {@code ::1}, {@code fe80::1%2}
     * @throws IllegalArgumentException where it is not a numeric address
     */
    static SocketAddress of(String host, int port) {
        return host.indexOf(':') >= 0 ? IpText.parseIpv6(host, port) : new Ipv4(IpText.parseIpv4(host), port);
    }

    /** 127.0.0.1 and a port. */
    static Ipv4 loopback(int port) {
        return new Ipv4(0x7F00_0001, port);
    }

    /** ::1 and a port. */
    static Ipv6 loopback6(int port) {
        return new Ipv6(0, 1, port, 0);
    }

    /** The address in a struct of {@code length} octets, as the kernel has filled it in. */
    static SocketAddress readFrom(ByteBuffer in, int length) {
        if (length < 2) {
            return new Unix("");        // what accept(2) says of an unnamed peer on some kernels
        }
        int family = in.order(ByteOrder.nativeOrder()).getShort(0) & 0xFFFF;
        if (family == Sockets.AF_INET && length >= 8) {
            return new Ipv4(Net.i32(in, 4), Net.u16(in, 2));
        }
        if (family == Sockets.AF_INET6 && length >= 24) {
            int scope = length >= Ipv6.LENGTH ? in.getInt(24) : 0;
            return new Ipv6(Net.i64(in, 8), Net.i64(in, 16), Net.u16(in, 2), scope);
        }
        if (family == Sockets.AF_UNIX) {
            return readUnix(in, Math.min(length, 2 + Unix.PATH_CAPACITY));
        }
        return new Other(family, length);
    }

    private static Unix readUnix(ByteBuffer in, int end) {
        boolean isAbstract = end > 2 && in.get(2) == 0;
        int from = isAbstract ? 3 : 2;
        int to = from;
        while (to < end && (isAbstract || in.get(to) != 0)) {   // an abstract name may contain NUL, a path ends at one
            to++;
        }
        byte[] name = new byte[Math.max(0, Math.min(to, end) - from)];
        in.get(from, name);
        return new Unix(new String(name, StandardCharsets.UTF_8), isAbstract);
    }

    private static void checkPort(int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535, not " + port);
        }
    }

    private static void putFamily(ByteBuffer out, int family) {
        out.order(ByteOrder.nativeOrder()).putShort(0, (short) family);
    }

    private static void putNative32(ByteBuffer out, int at, int value) {
        out.order(ByteOrder.nativeOrder()).putInt(at, value);
    }
}
