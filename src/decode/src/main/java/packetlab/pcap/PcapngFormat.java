package packetlab.pcap;

import java.util.Arrays;
import packetlab.event.Event;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/**
 * pcapng (draft-ietf-opsawg-pcapng): sections, each in its own byte order and with its own interfaces, made of blocks.
 * <pre>
 *  0      4        8            length - 4
 *  | type | length | body ...   | length |
 * </pre>
 */
final class PcapngFormat extends Format {
    static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1, PACKET = 2, SIMPLE_PACKET = 3, INTERFACE_STATISTICS = 5,
            ENHANCED_PACKET = 6;
    /** Type, length and length again. */
    private static final int BLOCK_HEADER = 8, BLOCK_TRAILER = 4, MIN_BLOCK = BLOCK_HEADER + BLOCK_TRAILER;
    /** Of the body, behind which options may follow. */
    private static final int SECTION_FIXED = 16, INTERFACE_FIXED = 8, PACKET_FIXED = 20, SIMPLE_FIXED = 4,
            STATISTICS_FIXED = 12;
    /** A packet of the greatest length with room for its options. */
    static final int MAX_BLOCK = CaptureReader.MAX_PACKET + (1 << 20);
    /** A file that describes more is made to exhaust memory. */
    static final int MAX_INTERFACES = 65_536;
    private static final int OPTION_COMMENT = 1;
    private static final int IF_NAME = 2, IF_DESCRIPTION = 3, IF_TSRESOL = 9, IF_FILTER = 11, IF_TSOFFSET = 14;
    private static final int EPB_FLAGS = 2, EPB_DROP_COUNT = 4, EPB_PROCESS_THREAD = 8;
    /** Of epb_flags. */
    private static final int DIRECTION = 3;
    private static final int ISB_RECEIVED = 4, ISB_IF_DROPPED = 5, ISB_OS_DROPPED = 7;
    private static final int NO_DROPS_COUNTED = 0xFFFF;

    private int section = -1;
    private PcapngInterface[] interfaces = new PcapngInterface[1];
    private int interfaceCount;
    private int totalInterfaces;
    private long droppedInEarlierSections = Event.UNKNOWN;
    private final PcapngOptions options = new PcapngOptions(this);

    PcapngFormat(String source, CaptureReader.Listener listener) {
        super(source, listener);
        needed = MIN_BLOCK;
    }

    @Override
    void deliver(Window w, PacketHandler handler) throws CaptureFormatException {
        byte[] a = w.array;
        int end = w.end;
        for (int at = w.at;; at = w.at) {
            if (end - at < MIN_BLOCK) {
                needed = MIN_BLOCK;
                return;
            }
            int type = i32(a, at);
            if (type == SECTION_HEADER) { // reads the same in both byte orders
                readByteOrder(w);
            } else if (section < 0) {
                throw damaged(w.offset(), "a pcapng file must begin with a section header");
            }
            int length = i32(a, at + 4);
            if (length < MIN_BLOCK || (length & 3) != 0 || length > MAX_BLOCK) {
                throw badLength(w, type, length & 0xFFFF_FFFFL);
            }
            if (end - at < length) {
                needed = length;
                return;
            }
            int again = i32(a, at + length - BLOCK_TRAILER);
            if (again != length) {
                throw damaged(w.offset(), name(type) + " at offset " + w.offset() + " has length " + length
                        + " in front and " + (again & 0xFFFF_FFFFL) + " at its end");
            }
            if (handler == null && (type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == PACKET)) {
                needed = 0;
                return;
            }
            switch (type) {
                case ENHANCED_PACKET -> packet(w, length, i32(a, at + BLOCK_HEADER), handler);
                case SIMPLE_PACKET -> simplePacket(w, length, handler);
                case PACKET -> {
                    int drops = u16(a, at + BLOCK_HEADER + 2);
                    int id = u16(a, at + BLOCK_HEADER);
                    if (drops != NO_DROPS_COUNTED && length >= MIN_BLOCK + PACKET_FIXED && id < interfaceCount) {
                        interfaces[id].droppedBeforePacket(drops);
                    }
                    packet(w, length, id, handler);
                }
                default -> {
                    switch (type) {
                        case SECTION_HEADER -> sectionHeader(w, length);
                        case INTERFACE_DESCRIPTION -> interfaceDescription(w, length);
                        case INTERFACE_STATISTICS -> interfaceStatistics(w, length);
                        default -> { } // names, secrets, custom blocks, what is yet to be invented
                    }
                    w.at = at + length;
                }
            }
        }
    }

    /** Enhanced Packet Block and the obsolete Packet Block, which differ in their first four octets. */
    private void packet(Window w, int length, int id, PacketHandler handler) throws CaptureFormatException {
        byte[] a = w.array;
        int body = w.at + BLOCK_HEADER;
        if (length < MIN_BLOCK + PACKET_FIXED) {
            throw tooShort(w, length, MIN_BLOCK + PACKET_FIXED);
        }
        PcapngInterface i = interfaceOf(w, id);
        int captured = i32(a, body + 12);
        int room = length - MIN_BLOCK - PACKET_FIXED;
        if (captured < 0 || captured > room) {
            throw claimsTooMuch(w, captured & 0xFFFF_FFFFL, room);
        }
        int wire = wireLength(captured, i32(a, body + 16));
        long time = i.timeNs(u32(a, body + 4) << 32 | u32(a, body + 8));
        if (time == Event.NO_TIME) {
            timeOutOfRange();
        }
        int data = body + PACKET_FIXED;
        int padded = captured + 3 & ~3;
        int flags = padded < room ? packetOptions(a, data + padded, room - padded, i) : 0;
        w.at += length;
        packets++;
        handler.onPacket(w.buffer, data, captured, wire, time, i.linkType, flags);
    }

    /** Returns what they say of the packet, as PacketHandler takes it. */
    private int packetOptions(byte[] a, int at, int length, PcapngInterface i) {
        int flags = 0;
        int direction = 0;
        long process = Event.UNKNOWN;
        long thread = Event.UNKNOWN;
        options.wrap(a, at, length);
        while (options.next()) {
            if (options.code == EPB_FLAGS && options.length == Integer.BYTES) {
                int told = options.i32(0);
                direction = told & DIRECTION;
                flags = (told & CaptureWriter.CHECKSUM_NOT_READY) != 0 ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0;
            } else if (options.code == EPB_PROCESS_THREAD && options.length == 2 * Integer.BYTES) {
                process = options.i32(0) & 0xFFFF_FFFFL;
                thread = options.i32(Integer.BYTES) & 0xFFFF_FFFFL;
            } else if (options.code == OPTION_COMMENT) {
                if (listener != CaptureReader.NOBODY) {
                    listener.comment(nextPacket(), options.text());
                }
            } else if (options.code == EPB_DROP_COUNT && options.length == Long.BYTES) {
                i.droppedBeforePacket(options.counter());
            }
        }
        if (direction != 0 || process != Event.UNKNOWN) {
            listener.origin(nextPacket(), direction, process, thread);
        }
        if (options.damaged) {
            optionsDamaged();
        }
        return flags;
    }

    private void simplePacket(Window w, int length, PacketHandler handler) throws CaptureFormatException {
        byte[] a = w.array;
        int body = w.at + BLOCK_HEADER;
        if (length < MIN_BLOCK + SIMPLE_FIXED) {
            throw tooShort(w, length, MIN_BLOCK + SIMPLE_FIXED);
        }
        PcapngInterface i = interfaceOf(w, 0);
        long onWire = u32(a, body);
        long captured = i.snaplen == 0 ? onWire : Math.min(i.snaplen, onWire);
        int room = length - MIN_BLOCK - SIMPLE_FIXED;
        if (captured > room) {
            throw claimsTooMuch(w, captured, room);
        }
        int wire = wireLength((int) captured, (int) onWire);
        w.at += length;
        packets++;
        handler.onPacket(w.buffer, body + SIMPLE_FIXED, (int) captured, wire, Event.NO_TIME, i.linkType, 0);
    }

    private void readByteOrder(Window w) throws CaptureFormatException {
        int magic = Net.i32(w.array, w.at + BLOCK_HEADER);
        if (magic != BYTE_ORDER_MAGIC && magic != Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
            throw damaged(w.offset(), String.format("section header at offset %d has byte-order magic %08x, not %08x",
                    w.offset(), magic, BYTE_ORDER_MAGIC));
        }
        bigEndian = magic == BYTE_ORDER_MAGIC;
    }

    private void sectionHeader(Window w, int length) throws CaptureFormatException {
        if (length < MIN_BLOCK + SECTION_FIXED) {
            throw tooShort(w, length, MIN_BLOCK + SECTION_FIXED);
        }
        int body = w.at + BLOCK_HEADER;
        int major = u16(w.array, body + 4);
        int minor = u16(w.array, body + 6);
        if (major != 1 || minor != 0 && minor != 2) { // 1.2 was written by mistake and means 1.0
            throw damaged(w.offset(), "section at offset " + w.offset() + " has pcapng version " + major + "." + minor
                    + "; only 1.0 is supported");
        }
        droppedInEarlierSections = dropped();
        section++;
        interfaceCount = 0;
        wrapOptions(w, length, SECTION_FIXED);
        while (options.next()) {
            if (options.code == OPTION_COMMENT) {
                listener.comment(0, options.text());
            }
        }
        checkOptions(w, SECTION_HEADER);
    }

    private void interfaceDescription(Window w, int length) throws CaptureFormatException {
        if (length < MIN_BLOCK + INTERFACE_FIXED) {
            throw tooShort(w, length, MIN_BLOCK + INTERFACE_FIXED);
        }
        if (totalInterfaces == MAX_INTERFACES) {
            throw damaged(w.offset(), "interface description at offset " + w.offset()
                    + " is one more than the limit of " + MAX_INTERFACES);
        }
        byte[] a = w.array;
        int body = w.at + BLOCK_HEADER;
        String name = null;
        String description = null;
        String filter = null;
        int resolution = PcapngInterface.MICROSECONDS;
        long offset = 0;
        wrapOptions(w, length, INTERFACE_FIXED);
        while (options.next()) {
            switch (options.code) {
                case OPTION_COMMENT -> listener.comment(0, options.text());
                case IF_NAME -> name = options.text();
                case IF_DESCRIPTION -> description = options.text();
                case IF_TSRESOL -> resolution = options.length == 1 ? options.u8(0) : resolution;
                case IF_TSOFFSET -> offset = options.length == Long.BYTES ? options.i64() : offset;
                case IF_FILTER -> filter = options.length > 0 && options.u8(0) == 0 ? options.text(1) : filter;
                default -> { }
            }
        }
        checkOptions(w, INTERFACE_DESCRIPTION);
        PcapngInterface i = new PcapngInterface(u16(a, body), u32(a, body + 4), resolution, offset);
        if (interfaceCount == interfaces.length) {
            interfaces = Arrays.copyOf(interfaces, 2 * interfaceCount);
        }
        interfaces[interfaceCount] = i;
        describe(new CaptureReader.Interface(section, interfaceCount, i.linkType, name, description, i.snaplen,
                resolution, filter));
        interfaceCount++;
        totalInterfaces++;
    }

    private void interfaceStatistics(Window w, int length) throws CaptureFormatException {
        if (length < MIN_BLOCK + STATISTICS_FIXED) {
            throw tooShort(w, length, MIN_BLOCK + STATISTICS_FIXED);
        }
        int id = i32(w.array, w.at + BLOCK_HEADER);
        PcapngInterface i = interfaceOf(w, id);
        long received = Event.UNKNOWN;
        long ifDropped = Event.UNKNOWN;
        long osDropped = Event.UNKNOWN;
        wrapOptions(w, length, STATISTICS_FIXED);
        while (options.next()) {
            if (options.length == Long.BYTES) {
                switch (options.code) {
                    case ISB_RECEIVED -> received = options.counter();
                    case ISB_IF_DROPPED -> ifDropped = options.counter();
                    case ISB_OS_DROPPED -> osDropped = options.counter();
                    default -> { }
                }
            }
        }
        long dropped = sum(ifDropped, osDropped);
        i.droppedSoFar(dropped);
        listener.interfaceStatistics(section, id, received, dropped);
    }

    private void wrapOptions(Window w, int length, int fixed) {
        options.wrap(w.array, w.at + BLOCK_HEADER + fixed, length - MIN_BLOCK - fixed);
    }

    private void checkOptions(Window w, int type) throws CaptureFormatException {
        if (options.damaged) {
            throw damaged(w.offset(), name(type) + " at offset " + w.offset() + " has an option of " + options.length
                    + " octets where " + options.room() + " are left");
        }
    }

    private PcapngInterface interfaceOf(Window w, int id) throws CaptureFormatException {
        if (id < 0 || id >= interfaceCount) {
            throw damaged(w.offset(), name(i32(w.array, w.at)) + " at offset " + w.offset() + " names interface "
                    + (id & 0xFFFF_FFFFL) + "; its section has described " + interfaceCount);
        }
        return interfaces[id];
    }

    private CaptureFormatException tooShort(Window w, int length, int least) {
        return damaged(w.offset(), name(i32(w.array, w.at)) + " at offset " + w.offset() + " has length " + length
                + "; the least is " + least);
    }

    private CaptureFormatException claimsTooMuch(Window w, long captured, int room) {
        return damaged(w.offset(), name(i32(w.array, w.at)) + " at offset " + w.offset() + " claims " + captured
                + " captured octets; its block has room for " + room);
    }

    private CaptureFormatException badLength(Window w, int type, long length) {
        String rule = length < MIN_BLOCK ? "the least is " + MIN_BLOCK
                : length > MAX_BLOCK ? "the limit is " + MAX_BLOCK
                : "it must be a multiple of 4";
        return damaged(w.offset(), name(type) + " at offset " + w.offset() + " has length " + length + "; " + rule);
    }

    private String name(int type) {
        return switch (type) {
            case SECTION_HEADER -> "section header";
            case INTERFACE_DESCRIPTION -> "interface description";
            case INTERFACE_STATISTICS -> "interface statistics block";
            case PACKET, SIMPLE_PACKET, ENHANCED_PACKET -> "packet " + nextPacket();
            default -> String.format("block of type 0x%08x after packet %d", type, packets);
        };
    }

    @Override
    CaptureFormatException cutShort(Window w) {
        String what = w.remaining() < MIN_BLOCK ? "block header" : name(i32(w.array, w.at));
        return damaged(w.offset(), "cut short in the middle of " + what + ": the block at offset " + w.offset() + " has "
                + needed + " octets, " + w.remaining() + " are there");
    }

    @Override
    long dropped() {
        long dropped = droppedInEarlierSections;
        for (int i = 0; i < interfaceCount; i++) {
            dropped = sum(dropped, interfaces[i].dropped());
        }
        return dropped;
    }
}
