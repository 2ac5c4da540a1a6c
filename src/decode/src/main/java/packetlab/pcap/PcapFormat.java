package packetlab.pcap;

import packetlab.event.Event;
import packetlab.wire.PacketHandler;

/**
 * The classic format (draft-ietf-opsawg-pcap): a file header, then records. Each in the byte order of its writer.
 * <pre>
 *  0       4       6       8          12          16        20          24
 *  | magic | major | minor | reserved | reserved  | snaplen | link type |
 *  0         4          8          12       16
 *  | seconds | fraction | captured | length | packet ...
 * </pre>
 */
final class PcapFormat extends Format {
    static final int MAGIC_MICRO = 0xA1B2C3D4, MAGIC_NANO = 0xA1B23C4D;
    /** Alexey Kuznetsov's: 8 more octets in each record header (interface, protocol, packet type). */
    static final int MAGIC_MODIFIED = 0xA1B2CD34;
    static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16, MODIFIED_RECORD_HEADER = 24;
    private static final int SECONDS = 0, FRACTION = 4, CAPTURED = 8, LENGTH = 12;
    /** The other bits of the link type field say whether, and how long, a frame check sequence is there. */
    private static final int LINK_TYPE_MASK = 0xFFFF, LINK_TYPE_RESERVED = 0x03FF_0000;

    private final int recordHeader;
    private final long nsPerFraction;
    private int minor;
    private boolean headerRead;

    PcapFormat(String source, CaptureReader.Listener listener, int magic, boolean bigEndian) {
        super(source, listener);
        this.bigEndian = bigEndian;
        recordHeader = magic == MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
        nsPerFraction = magic == MAGIC_NANO ? 1 : 1000;
        needed = FILE_HEADER;
    }

    @Override
    void deliver(Window w, PacketHandler handler) throws CaptureFormatException {
        if (!headerRead) {
            if (w.remaining() < FILE_HEADER) {
                return;
            }
            readFileHeader(w);
        }
        byte[] a = w.array;
        int end = w.end;
        for (int at = w.at;; at = w.at) {
            if (end - at < recordHeader) {
                needed = recordHeader;
                return;
            }
            int captured = i32(a, at + CAPTURED);
            int wire = i32(a, at + LENGTH);
            if (minor <= 3 && (minor < 3 || captured > wire)) { // libpcap sf-pcap.c: once they were the other way round
                int swap = captured;
                captured = wire;
                wire = swap;
            }
            if (captured < 0 || captured > CaptureReader.MAX_PACKET) {
                throw damaged(w.offset(), "packet " + nextPacket() + " at offset " + w.offset() + " claims "
                        + (captured & 0xFFFF_FFFFL) + " captured octets; the limit is " + CaptureReader.MAX_PACKET);
            }
            if (end - at - recordHeader < captured) {
                needed = recordHeader + captured;
                return;
            }
            if (handler == null) {
                needed = 0;
                return;
            }
            long time = u32(a, at + SECONDS) * 1_000_000_000L + u32(a, at + FRACTION) * nsPerFraction;
            wire = wireLength(captured, wire);
            w.at = at + recordHeader + captured;
            packets++;
            handler.onPacket(w.buffer, at + recordHeader, captured, wire, time, linkType(), 0);
        }
    }

    private void readFileHeader(Window w) throws CaptureFormatException {
        byte[] a = w.array;
        int at = w.at;
        int major = u16(a, at + 4);
        minor = u16(a, at + 6);
        if (major != 2) {
            throw damaged(w.offset(), "pcap version " + major + "." + minor + " is not supported, only 2.x is");
        }
        int link = i32(a, at + 20);
        if ((link & LINK_TYPE_RESERVED) != 0) {
            throw damaged(w.offset(), String.format("the reserved bits of the link type at offset %d are not zero: 0x%08x",
                    w.offset() + 20, link));
        }
        w.at += FILE_HEADER;
        headerRead = true;
        describe(new CaptureReader.Interface(0, 0, link & LINK_TYPE_MASK, null, null, u32(a, at + 16),
                nsPerFraction == 1 ? 9 : 6, null));
    }

    @Override
    CaptureFormatException cutShort(Window w) {
        if (!headerRead) {
            return damaged(w.offset(), "cut short in the middle of the pcap file header: it has " + FILE_HEADER
                    + " octets, " + w.remaining() + " are there");
        }
        String part = w.remaining() < recordHeader ? "its record header" : "its record";
        return damaged(w.offset(), "cut short in the middle of packet " + nextPacket() + ": " + part + " at offset "
                + w.offset() + " has " + needed + " octets, " + w.remaining() + " are there");
    }

    @Override
    long dropped() {
        return Event.UNKNOWN;
    }
}
