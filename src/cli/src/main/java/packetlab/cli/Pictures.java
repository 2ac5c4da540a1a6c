package packetlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Event;
import packetlab.report.TimelinePicture;
import packetlab.timeline.JoinedRun;

/** Draws a run where somebody asked for it: as a picture, as a page. */
final class Pictures {
    private final PictureOptions options;
    private final String title;
    private final String place;
    private final ClockWords clock;

    /**
     * @param title what ran
     * @param place what it shows and where it ran
     * @param clock null where there are no calls
     */
    Pictures(PictureOptions options, String title, String place, ClockWords clock) {
        this.options = options;
        this.title = title;
        this.place = place;
        this.clock = clock;
    }

    /** @param dropped packets that the kernel did not capture, or UNKNOWN */
    void draw(JoinedRun run, long dropped) {
        if (!options.drawn()) {
            return;
        }
        List<String> notes = new ArrayList<>(List.of(place));
        String calls = clock == null ? "" : run.calls().size() + run.callsLeftOut() + " calls · ";
        notes.add(calls + (run.packets().size() + run.packetsLeftOut()) + " packets"
                + (dropped == Event.UNKNOWN ? "" : " · " + dropped + " dropped by the kernel"));
        String[] parts = clock == null ? new String[0] : clock.line(true).split("; ");
        for (int i = 0; i < parts.length; i += 2) {     // a line has room for two
            notes.add(i + 1 < parts.length ? parts[i] + " · " + parts[i + 1] : parts[i]);
        }
        TimelinePicture.Caption caption = new TimelinePicture.Caption(title, notes);
        write(options.svg, options.svg == null ? null : TimelinePicture.svg(run, caption));
        write(options.html, options.html == null ? null : TimelinePicture.html(run, caption));
    }

    private static void write(Path file, String text) {
        if (file == null) {
            return;
        }
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.failed(FileTrouble.line(file.toString(), e), e);
        }
    }
}
