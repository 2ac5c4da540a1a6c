package packetlab.os;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import packetlab.event.Event;
import packetlab.wire.LinkType;
import packetlab.wire.Net;
import packetlab.wire.PacketHandler;

/**
 * Live packets of one interface through libpcap, stamped by the kernel in nanoseconds. pcap4j opens the handle; the
 * packets are then read from libpcap's own buffer, of which the handler gets a direct view, so nothing is allocated per
 * packet. On lo each packet comes once: the copy that the receiver sees. What was dropped on {@code any} may count
 * those of lo twice, sent and received.
 */
public final class PcapSource extends LiveSource {
    /** struct pcap_pkthdr: seconds, nanoseconds, captured length, length on the wire. */
    private static final int SECONDS = 0, NANOSECONDS = 8, CAPTURED_LENGTH = 16, WIRE_LENGTH = 20;
    private static final int MAC_LENGTH = 6, ETHERNET_SOURCE = 6;
    /** ARP hardware type of lo in cooked headers, and where it stands there. */
    private static final int ARPHRD_LOOPBACK = 772, SLL_HARDWARE_TYPE = 2, SLL2_HARDWARE_TYPE = 8;

    private final PcapLibrary.Functions pcap = PcapLibrary.get();
    private final Pointer cells = Memory.allocateDirect(PcapLibrary.runtime(), 16);
    private final Pointer headerCell = cells.slice(0, 8), dataCell = cells.slice(8, 8);
    private final PollSet readable = new PollSet();

    private final PcapOptions options;
    private final PcapHandle handle;
    private final long address;
    private final int linkType;
    private final long fractionNs;

    private ByteBuffer data;
    private Pointer header;
    private long dataAddress;
    private long headerAddress;

    private PcapSource(PcapOptions options, PcapHandle handle) throws IOException {
        super(CapturedInterface.of(options.device()));
        this.options = options;
        this.handle = handle;
        this.address = PcapLibrary.address(handle);
        this.linkType = linkType(pcap.pcap_datalink(address));
        this.fractionNs = pcap.pcap_get_tstamp_precision(address) == 1 ? 1 : 1000;
        readable.add(pcap.pcap_get_selectable_fd(address), PollSet.POLLIN);
    }

    /**
     * Begins to capture; packets are collected from here on.
     *
     * @throws UsageException          no such interface, or a filter that does not compile
     * @throws PermissionException     this user may not capture there
     * @throws MissingLibraryException libpcap is not installed
     * @throws IOException             the interface is down, or the kernel refuses for another reason
     */
    public static PcapSource open(PcapOptions options) throws IOException {
        PcapHandle handle = PcapOpening.open(options);
        try {
            return new PcapSource(options, handle);
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    @Override
    public int linkType() {
        return linkType;
    }

    @Override
    public String device() {
        return options.device();
    }

    @Override
    public String filter() {
        return options.filter();
    }

    @Override
    public int snaplen() {
        return options.snaplen();
    }

    @Override
    public String backend() {
        return "libpcap";
    }

    @Override
    boolean await() throws OsException {
        return await(readable);
    }

    @Override
    int drain(PacketHandler handler) throws IOException {
        int packets = 0;
        while (packets < BATCH && !isClosed()) {
            int result = pcap.pcap_next_ex(address, headerCell, dataCell);
            if (result == 0) {
                break;
            }
            if (result != 1) {
                captured.check();
                throw new IOException("capture on " + options.device() + " failed: " + pcap.pcap_geterr(address));
            }
            deliver(handler);
            packets++;
        }
        return packets;
    }

    private void deliver(PacketHandler handler) {
        view(headerCell.getLong(0), dataCell.getLong(0));
        long timestampNs = header.getLong(SECONDS) * 1_000_000_000L + header.getLong(NANOSECONDS) * fractionNs;
        int capturedLength = Math.min(header.getInt(CAPTURED_LENGTH), data.capacity());
        int flags = checksumFlags(capturedLength);
        handler.onPacket(data, 0, capturedLength, header.getInt(WIRE_LENGTH), timestampNs, linkType, flags);
    }

    /** libpcap copies packet after packet to the same place, so these views are made once. */
    private void view(long newHeaderAddress, long newDataAddress) {
        if (newHeaderAddress != headerAddress) {
            header = Pointer.wrap(PcapLibrary.runtime(), newHeaderAddress, WIRE_LENGTH + 4);
            headerAddress = newHeaderAddress;
        }
        if (newDataAddress != dataAddress) {
            data = MemoryIO.getInstance().newDirectByteBuffer(newDataAddress, pcap.pcap_snapshot(address));
            dataAddress = newDataAddress;
        }
    }

    /**
     * libpcap does not pass on TP_STATUS_CSUMNOTREADY, so this says where it must be so: on lo, where nothing ever
     * computes them, and for what this machine sent, where that is left to the network card.
     */
    private int checksumFlags(int capturedLength) {
        boolean local;
        if (linkType == LinkType.EN10MB) {
            local = captured.isLoopback() || capturedLength >= ETHERNET_SOURCE + MAC_LENGTH
                    && captured.isOwnAddress(data, ETHERNET_SOURCE);
        } else if (linkType == LinkType.LINUX_SLL2 && capturedLength >= SLL2_HARDWARE_TYPE + 2) {
            local = Net.u16(data, SLL2_HARDWARE_TYPE) == ARPHRD_LOOPBACK;
        } else if (linkType == LinkType.LINUX_SLL && capturedLength >= SLL_HARDWARE_TYPE + 2) {
            local = Net.u16(data, SLL_HARDWARE_TYPE) == ARPHRD_LOOPBACK;
        } else {
            local = captured.isLoopback();
        }
        return local ? PacketHandler.CHECKSUM_NOT_COMPUTED : 0;
    }

    @Override
    long readDropped() {
        try {
            return Integer.toUnsignedLong((int) handle.getStats().getNumPacketsDropped());
        } catch (PcapNativeException | NotOpenException e) {
            return Event.UNKNOWN;
        }
    }

    @Override
    void free() {
        handle.close();
    }

    /** Files call raw IP by another number than the kernel does. */
    private static int linkType(int dlt) {
        return dlt == LinkType.RAW_BSD ? LinkType.RAW : dlt;
    }
}
