package packetlab.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.os.CaptureGrant;
import packetlab.os.CaptureHelper;
import packetlab.event.Event;
import packetlab.os.LiveSource;
import packetlab.os.NoRingException;
import packetlab.os.PcapOptions;
import packetlab.os.PcapSource;
import packetlab.os.PermissionException;
import packetlab.os.RingOptions;
import packetlab.os.RingSource;
import packetlab.os.UsageException;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;

/** What all live captures share. Loads native code: only for commands that need it. */
final class LiveCapture {
    private LiveCapture() {}

    /** @throws Failure for whatever hinders it, with the status that belongs to it */
    static LiveSource open(CaptureOptions options) {
        return open(options.backend(), options.ring());
    }

    /** @throws Failure likewise */
    static LiveSource open(BackendOptions asked, RingOptions options) {
        try {
            return switch (asked.backend()) {
                case ring -> ring(options);
                case helper -> CaptureHelper.openStream(options);
                case libpcap -> PcapSource.open(pcap(options, asked.sized()));
                case auto -> {
                    try {
                        yield ring(options);
                    } catch (NoRingException e) {       // the start line tells which it is
                        yield PcapSource.open(pcap(options, asked.sized()));
                    }
                }
            };
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static LiveSource ring(RingOptions options) throws IOException {
        try {
            return RingSource.open(options);
        } catch (PermissionException e) {
            if (!CaptureGrant.usable()) {
                throw e;
            }
            return CaptureHelper.open(options);
        }
    }

    private static PcapOptions pcap(RingOptions o, boolean sized) {
        return new PcapOptions(o.device(), o.filter(), o.snaplen(),
                sized ? o.bufferBytes() : PcapOptions.DEFAULT_BUFFER_BYTES, o.lowLatency(), o.promiscuous());
    }

    /** What went wrong with a live capture, with the status that belongs to it. */
    static Failure failure(IOException e) {
        if (e instanceof UsageException || e instanceof NoRingException) {
            return Failure.usage(e.getMessage());
        }
        if (e instanceof PermissionException permission) {
            String without = permission.alternative() + "          (runs in a private namespace)";
            return Failure.notPermitted(permission.what(), permission.grant() == null
                    ? List.of("without it:   " + without)
                    : List.of("once, as root:   " + permission.grant(), "or without it:   " + without), e);
        }
        return Failure.failed(e.getMessage(), e);
    }

    /** What is captured and through what, for people: {@code lo through ring of 32 MB, tcp port 80}. */
    static String words(LiveSource source) {
        long bytes = source.bufferBytes();
        String size = bytes == Event.UNKNOWN ? "" : bytes < 1 << 20 ? " of " + (bytes >> 10) + " KB"
                : " of " + (bytes >> 20) + " MB";
        return source.device() + " through " + source.backend() + size
                + (source.filter().isEmpty() ? "" : ", " + source.filter());
    }

    static CaptureEvent.Start start(LiveSource source) {
        return new CaptureEvent.Start(WallClock.nowNs(), source.device(), LinkType.name(source.linkType()),
                source.backend(), source.bufferBytes(), source.filter().isEmpty() ? null : source.filter());
    }

    static CaptureWriter.Description description(LiveSource source) {
        return new CaptureWriter.Description(source.device(), source.linkType(), source.snaplen(),
                source.filter().isEmpty() ? null : source.filter(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"), System.getProperty("os.arch"));
    }
}
