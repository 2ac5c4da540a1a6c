package packetlab.labs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What teachers need to know who write a lab, and who trust a signature. */
public final class LabFormat {
    private LabFormat() {}

    public static String text() throws IOException {
        try (InputStream in = LabFormat.class.getResourceAsStream("/packetlab/labs/format.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A file that a person wrote: UTF-8, of limited size. */
    public static String read(Path file) throws IOException {
        return Texts.read(file);
    }
}
