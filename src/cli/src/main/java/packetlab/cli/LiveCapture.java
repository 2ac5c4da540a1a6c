package packetlab.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import packetlab.event.CaptureEvent;
import packetlab.os.PcapOptions;
import packetlab.os.PcapSource;
import packetlab.os.PermissionException;
import packetlab.os.UsageException;
import packetlab.os.WallClock;
import packetlab.pcap.CaptureWriter;
import packetlab.wire.LinkType;

/** What all live captures share. Loads native code: only for commands that need it. */
final class LiveCapture {
    private static final String BACKEND = "libpcap";

    private LiveCapture() {}

    /** @throws Failure for whatever hinders it, with the status that belongs to it */
    static PcapSource open(CaptureOptions options) {
        return open(PcapOptions.on(options.device()).withFilter(options.filter()).withSnaplen(options.snaplen()));
    }

    /** @throws Failure likewise */
    static PcapSource open(PcapOptions options) {
        try {
            return PcapSource.open(options);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** What went wrong with a live capture, with the status that belongs to it. */
    static Failure failure(IOException e) {
        if (e instanceof UsageException) {
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

    static CaptureEvent.Start start(PcapSource source) {
        PcapOptions options = source.options();
        return new CaptureEvent.Start(WallClock.nowNs(), options.device(), LinkType.name(source.linkType()), BACKEND,
                options.filter().isEmpty() ? null : options.filter());
    }

    static CaptureWriter.Description description(PcapSource source) {
        PcapOptions options = source.options();
        return new CaptureWriter.Description(options.device(), source.linkType(), options.snaplen(),
                options.filter().isEmpty() ? null : options.filter(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"), System.getProperty("os.arch"));
    }
}
