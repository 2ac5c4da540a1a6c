package packetlab.labs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import packetlab.os.PacketCraft;
import packetlab.os.SocketAddress;

/**
 * Somebody who types what a list says, and remembers what was shown. Packets are made of the few words that these tests
 * type; all words of {@code packetlab send} are the command line's, and its tests'.
 */
final class TypedActs implements Acting {
    private final Deque<String> lines;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    TypedActs(List<String> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    /** What a student with that seed would type. */
    static TypedActs of(String name, Script script) throws IOException, LabSyntaxException {
        List<String> lines = new ArrayList<>();
        try (InputStream in = TypedActs.class.getResourceAsStream("/acts/" + name + ".txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                lines.add(script.variables().fill(line, name, 0));
            }
        }
        return new TypedActs(lines);
    }

    String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String line(String prompt) throws IOException {
        String line = lines.poll();
        say(prompt + line);
        return line;
    }

    @Override
    public void say(String text) throws IOException {
        shown.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public OutputStream screen() {
        return shown;
    }

    @Override
    public boolean unicode() {
        return true;
    }

    @Override
    public boolean ending() {
        return false;
    }

    @Override
    public String doorway() {
        return "through the door";
    }

    @Override
    public ByteBuffer packet(String words, String from) throws CannotException {
        PacketCraft craft = new PacketCraft();
        craft.source = SocketAddress.of(from, 40_000);
        craft.flags = 2;
        Deque<String> left = new ArrayDeque<>(List.of(words.split(" ")));
        PacketCraft.Transport transport = PacketCraft.Transport.valueOf(left.poll().toUpperCase(java.util.Locale.ROOT));
        while (!left.isEmpty()) {
            switch (left.poll()) {
                case "--src" -> craft.source = address(left.poll());
                case "--dst" -> craft.destination = address(left.poll());
                case "--seq" -> craft.sequence = Integer.parseInt(left.poll());
                case "--option" -> craft.options = List.of(left.poll().split(","));
                case "--data" -> craft.payload = left.poll().getBytes(StandardCharsets.UTF_8);
                case "--id" -> craft.icmpIdentifier = Integer.parseInt(left.poll());
                case "--bad-checksum" -> craft.wrongChecksum = true;
                case "--flags" -> left.poll();
                default -> throw new CannotException("what is that?");
            }
        }
        return craft.make(transport);
    }

    private static SocketAddress address(String text) {
        String[] parts = text.split(":");
        return SocketAddress.of(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    }
}
