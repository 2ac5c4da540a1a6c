package packetlab.pcap;

import packetlab.event.Event;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/** How the records of a capture are laid out. Reads from a {@link Window} what is complete there. */
abstract class Format {
    private static final int WIRE_LENGTH = 1, TIME = 2, OPTIONS = 4;

    private final String source;
    final CaptureReader.Listener listener;
    /** Of the section that is being read. */
    boolean bigEndian;
    /** Packets delivered so far. */
    long packets;
    /** Octets behind {@code window.at} without which {@link #deliver} cannot go on. */
    int needed;
    private int linkType = CaptureReader.NO_LINK_TYPE;
    private boolean linkTypesDiffer;
    /** Which oddities the listener heard of. */
    private int told;

    Format(String source, CaptureReader.Listener listener) {
        this.source = source;
        this.listener = listener;
    }

    /**
     * Delivers the packets that are complete, and sets {@link #needed}.
     *
     * @param handler null to stop before the first packet, with {@code needed} 0
     */
    abstract void deliver(Window w, PacketHandler handler) throws CaptureFormatException;

    /** The source ended before {@link #needed} octets were there, and at least one was. */
    abstract CaptureFormatException cutShort(Window w);

    abstract long dropped();

    /** The link type of all interfaces so far, or {@link CaptureReader#NO_LINK_TYPE} where none is known or they differ. */
    final int linkType() {
        return linkTypesDiffer ? CaptureReader.NO_LINK_TYPE : linkType;
    }

    final void describe(CaptureReader.Interface i) {
        linkTypesDiffer |= linkType != CaptureReader.NO_LINK_TYPE && linkType != i.linkType();
        linkType = i.linkType();
        listener.interfaceDescribed(i);
    }

    final int u16(byte[] a, int at) {
        return bigEndian ? Net.u16(a, at) : Net.u16le(a, at);
    }

    final int i32(byte[] a, int at) {
        return bigEndian ? Net.i32(a, at) : Net.i32le(a, at);
    }

    final long u32(byte[] a, int at) {
        return i32(a, at) & 0xFFFF_FFFFL;
    }

    final long i64(byte[] a, int at) {
        return bigEndian ? Net.i64(a, at) : Net.i64le(a, at);
    }

    /** What the packet handler may be told: never less than was captured, never more than a packet can have. */
    final int wireLength(int captured, int wire) {
        if (wire >= captured && wire <= CaptureReader.MAX_PACKET) {
            return wire;
        }
        if ((told & WIRE_LENGTH) == 0) {
            tellOnce(WIRE_LENGTH, "says that it had " + (wire & 0xFFFF_FFFFL) + " octets on the wire, of which "
                    + captured + " were captured: not believed");
        }
        return wire < 0 || wire > CaptureReader.MAX_PACKET ? CaptureReader.MAX_PACKET : captured;
    }

    /** Of the next packet. */
    final void timeOutOfRange() {
        tellOnce(TIME, "has a time stamp that 64 bits of nanoseconds cannot hold: left out");
    }

    final void optionsDamaged() {
        tellOnce(OPTIONS, "has damaged options: left out");
    }

    private void tellOnce(int oddity, String text) {
        if ((told & oddity) == 0) {
            told |= oddity;
            listener.oddity(nextPacket(), text);
        }
    }

    final CaptureFormatException damaged(long offset, String what) {
        return new CaptureFormatException(source, what, offset, packets + 1);
    }

    final long nextPacket() {
        return packets + 1;
    }

    /** Of two counters, either of which may be UNKNOWN; a sum that no long holds is the greatest long. */
    static long sum(long a, long b) {
        if (a == Event.UNKNOWN || b == Event.UNKNOWN) {
            return Math.max(a, b);
        }
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
