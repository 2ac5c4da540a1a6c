package packetlab.wire;

import java.nio.ByteBuffer;

/** Builds packets octet by octet for tests, with our own hands, so that no decoder under test is its own judge. */
public final class Packets {
    private Packets() {}

    public static byte[] bytes(int... values) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (byte) values[i];
        }
        return result;
    }

    public static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    public static byte[] ethernet(int type, byte[] payload) {
        return concat(new byte[12], bytes(type >>> 8, type), payload);
    }

    public static byte[] ipv4(int protocol, int source, int destination, byte[] payload) {
        return ipv4(protocol, source, destination, 0, 0, payload);
    }

    /** @param fragment the flags and offset field as on the wire */
    public static byte[] ipv4(int protocol, int source, int destination, int identification, int fragment,
                              byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(20 + payload.length);
        b.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length)).putShort((short) identification);
        b.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        b.putInt(source).putInt(destination).put(payload);
        return b.array();
    }

    public static byte[] ipv6(int nextHeader, byte[] source, byte[] destination, byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(40 + payload.length);
        b.putInt(0x6000_0000).putShort((short) payload.length).put((byte) nextHeader).put((byte) 64);
        b.put(source).put(destination).put(payload);
        return b.array();
    }

    public static byte[] tcp(int sourcePort, int destinationPort, int sequence, int acknowledgment, int flags,
                             int window, byte[] options, byte[] payload) {
        int header = 20 + (options.length + 3) / 4 * 4;
        ByteBuffer b = ByteBuffer.allocate(header + payload.length);
        b.putShort((short) sourcePort).putShort((short) destinationPort).putInt(sequence).putInt(acknowledgment);
        b.putShort((short) (header / 4 << 12 | flags)).putShort((short) window).putInt(0);
        b.put(options).position(header).put(payload);
        return b.array();
    }

    public static byte[] udp(int sourcePort, int destinationPort, byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(8 + payload.length);
        b.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) (8 + payload.length));
        return b.putShort((short) 0).put(payload).array();
    }
}
