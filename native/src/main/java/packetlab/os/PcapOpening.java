package packetlab.os;

import java.io.IOException;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/** Opens a live pcap4j handle and turns what may go wrong into what the user can do about it. */
final class PcapOpening {
    /** Results of pcap_activate. */
    private static final int ERROR_NO_SUCH_DEVICE = -5, ERROR_PERMISSION_DENIED = -8, ERROR_INTERFACE_NOT_UP = -9,
            ERROR_PROMISCUOUS_DENIED = -11;

    private PcapOpening() {}

    static PcapHandle open(PcapOptions options) throws IOException {
        requireInterface(options.device());
        PcapHandle handle = activate(options);
        try {
            handle.setBlockingMode(BlockingMode.NONBLOCKING);       // we wait ourselves, with a time limit
            captureOnceOnLoopback(options, handle);
            setFilter(options, handle);
            return handle;
        } catch (PcapNativeException | NotOpenException e) {
            handle.close();
            throw new IOException("capture on " + options.device() + " failed: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private static PcapHandle activate(PcapOptions options) throws IOException {
        try {
            PcapLibrary.get();
            return new PcapHandle.Builder(options.device())
                    .snaplen(options.snaplen())
                    .bufferSize(options.bufferBytes())
                    .immediateMode(options.immediate())
                    .timeoutMillis(PcapOptions.COLLECT_MS)
                    .timestampPrecision(TimestampPrecision.NANO)
                    .promiscuousMode(options.promiscuous() ? PromiscuousMode.PROMISCUOUS
                            : PromiscuousMode.NONPROMISCUOUS)
                    .build();
        } catch (PcapNativeException e) {
            throw refused(options, e);
        }
    }

    /**
     * The kernel shows each packet of lo twice, sent and received. libpcap throws the first away in user space, when it
     * has cost ring space and may have been counted as dropped; Linux 4.20 and newer never queue it when told so.
     */
    private static void captureOnceOnLoopback(PcapOptions options, PcapHandle handle) throws IOException {
        if (!Interfaces.exists(options.device()) || !Interfaces.isLoopback(options.device())) {
            return;
        }
        int fd = PcapLibrary.get().pcap_get_selectable_fd(PcapLibrary.address(handle));
        PacketSocket.ignoreOutgoing(fd);
    }

    private static void setFilter(PcapOptions options, PcapHandle handle)
            throws IOException, PcapNativeException, NotOpenException {
        if (options.filter().isBlank()) {
            return;
        }
        try {
            handle.setFilter(options.filter(), CaptureFilter.mayBeOptimized(options.filter())
                    ? BpfCompileMode.OPTIMIZE : BpfCompileMode.NONOPTIMIZE);
        } catch (PcapNativeException e) {
            throw CaptureFilter.wrong(options.filter(), e.getMessage());
        }
    }

    private static void requireInterface(String device) throws IOException {
        if (device.isBlank()) {
            throw CapturedInterface.absent(device);
        }
    }

    private static IOException refused(PcapOptions options, PcapNativeException e) throws IOException {
        String device = options.device();
        int result = e.getReturnCode() == null ? 0 : e.getReturnCode();
        switch (result) {
            case ERROR_NO_SUCH_DEVICE:
                return CapturedInterface.absent(device);
            case ERROR_PERMISSION_DENIED:
            case ERROR_PROMISCUOUS_DENIED:
                return CaptureRight.missing(device);
            case ERROR_INTERFACE_NOT_UP:
                return CapturedInterface.down(device);
            default:
                return new IOException("capture on " + device + " failed: " + e.getMessage(), e);
        }
    }
}
