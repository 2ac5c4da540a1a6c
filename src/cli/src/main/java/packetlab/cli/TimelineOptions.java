package packetlab.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How calls and packets are shown on one timeline. */
final class TimelineOptions {
    @Option(names = "--timeline", order = 30, negatable = true,
            description = "show calls beside the packets that they cause (default for demos that show every packet)")
    Boolean timeline;

    @Mixin
    PictureOptions pictures;

    /** Whether text is the timeline. */
    boolean asText(boolean byDefault) {
        return timeline == null ? byDefault : timeline;
    }
}
