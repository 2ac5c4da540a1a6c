package packetlab.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** When a recording goes on in another file. */
final class RotateOptions {
    private static final long SMALLEST = 64 << 10;

    @Option(names = "--rotate-size", order = 20, paramLabel = "SIZE", converter = Sizes.class,
            description = "go on in another file before one grows larger than this, such as 100M")
    Long size;

    @Option(names = "--rotate-time", order = 21, paramLabel = "TIME", converter = Durations.class,
            description = "go on in another file with the first packet that comes so long after a file was begun")
    Long timeNs;

    @Option(names = "--files", order = 22, paramLabel = "N",
            description = "keep the newest N files of this recording, and delete older ones")
    Integer files;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /** The files that come of it; null where there is one, of the name that was given. */
    Rotation of(Path file) {
        if (size == null && timeNs == null) {
            if (files != null) {
                throw wrong("--files needs --rotate-size or --rotate-time");
            }
            return null;
        }
        if (file.equals(Recording.STANDARD_OUTPUT)) {
            throw wrong("standard output is one file: --rotate-size and --rotate-time need -w FILE");
        }
        if (size != null && size < SMALLEST) {
            throw wrong("--rotate-size is at least 64K, not " + size + " bytes");
        }
        if (files != null && files < 1) {
            throw wrong("--files is at least 1, not " + files);
        }
        return new Rotation(file, size == null ? Long.MAX_VALUE : size, timeNs == null ? Long.MAX_VALUE : timeNs,
                files == null ? Integer.MAX_VALUE : files);
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
