package packetlab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whether a run is drawn, and where. */
final class PictureOptions {
    @Option(names = "--svg", order = 31, paramLabel = "FILE", description = "draw the timeline as a picture, too")
    Path svg;

    @Option(names = "--html", order = 32, paramLabel = "FILE",
            description = "the same as a page: pointing at a call or a packet lights up what belongs to it")
    Path html;

    /** Says before anything is played that a file cannot be made. */
    void check() {
        for (Path file : new Path[] {svg, html}) {
            Path folder = file == null ? null : file.toAbsolutePath().getParent();
            if (file != null && file.equals(Recording.STANDARD_OUTPUT)) {
                throw Failure.usage("--svg and --html need a file: standard output takes the events");
            }
            if (folder != null && !Files.isDirectory(folder)) {
                throw Failure.failed(file + ": no such folder", null);
            }
            if (file != null && Files.isDirectory(file)) {
                throw Failure.failed(file + ": is a directory", null);
            }
        }
    }

    boolean drawn() {
        return svg != null || html != null;
    }
}
