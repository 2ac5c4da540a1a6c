package packetlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the resource {@code version.txt}. */
final class Version implements IVersionProvider {
    static String text() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            return Main.NAME + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {text()};
    }
}
