package packetlab.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import packetlab.wire.PacketSource;

/** Captures that nobody here made, where they lie beside the repository: as many packets as tshark reads, or a reason. */
class SharedCapturesTest {
    private static final String REASONS = "disagreements.tsv";

    /** How many packets were read, and whether the end was reached without damage. */
    private record Outcome(long packets, boolean whole) {}

    @Test
    void asManyPacketsAsTsharkReads() throws IOException {
        Path folder = Path.of(System.getProperty("packetlab.root", "."), "..", "shared", "captures");
        Path manifest = folder.resolve("MANIFEST.tsv");
        if (!Files.exists(manifest)) {
            System.out.println("SharedCapturesTest: no captures in " + folder + ", nothing compared");
        }
        assumeTrue(Files.exists(manifest));
        Map<String, String> known = reasons();
        Map<String, String> differences = new TreeMap<>();
        int compared = 0;
        for (String line : Files.readAllLines(manifest)) {
            String[] f = line.split("\t", -1);
            Path file = folder.resolve(f[0].replace('/', '+')).resolve(f[1]);
            if (!Files.exists(file)) { // one folder has another name than its rows
                file = folder.resolve("autobahn").resolve(f[1]);
            }
            if (f[0].equals("repo") || !Files.exists(file)) {
                continue;
            }
            compared++;
            Outcome ours = read(file);
            boolean theirsWhole = f[9].isEmpty();
            if (ours.packets != Long.parseLong(f[5]) || ours.whole != theirsWhole) {
                differences.put(f[0] + "\t" + f[1], f[5] + "\t" + ours.packets);
            }
        }
        System.out.println("SharedCapturesTest: " + compared + " captures, " + differences.size()
                + " read differently from tshark, each for a reason in " + REASONS);
        assertEquals(new TreeMap<>(known), differences);
    }

    private static Outcome read(Path file) {
        long[] packets = {0};
        try (CaptureReader r = CaptureReader.open(file, null)) {
            while (r.poll((b, offset, captured, wire, time, link, flags) -> packets[0]++) != PacketSource.END) { // again
            }
            return new Outcome(packets[0], true);
        } catch (IOException e) {
            return new Outcome(packets[0], false);
        }
    }

    private static Map<String, String> reasons() throws IOException {
        Map<String, String> reasons = new HashMap<>();
        try (InputStream in = SharedCapturesTest.class.getResourceAsStream(REASONS)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] f = line.split("\t");
                    assertEquals(5, f.length, line);
                    reasons.put(f[0] + "\t" + f[1], f[2] + "\t" + f[3]);
                }
            }
        }
        return reasons;
    }
}
