package packetlab.cli;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.labs.Acting;
import packetlab.os.PacketCraft;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** One packet in the words of {@code packetlab send}, typed as a line of its own. */
@Command(name = "send")
final class CraftedLine {
    private static final List<String> KINDS = List.of("tcp", "udp", "icmp", "hex");
    private static final String EXAMPLE = "udp --dst 10.77.0.2:5000 --data hello";

    @Parameters(arity = "0..*")
    List<String> words = new ArrayList<>();

    @Mixin
    CraftOptions craft;

    /** Whoever takes a line over from a terminal may leave them there: answers are shown anyway. */
    @Option(names = "--expect", arity = "0")
    boolean expects;

    @Option(names = "--private")
    boolean inPrivate;

    private CraftedLine() {}

    /**
     * @param from the address that it comes from where the line names none
     * @throws Acting.CannotException where the line makes no packet
     */
    static ByteBuffer packet(String line, String from) throws Acting.CannotException {
        List<String> words = split(line);
        while (!words.isEmpty() && (words.get(0).endsWith("packetlab") || words.get(0).equals("send"))) {
            words.remove(0);
        }
        CraftedLine read = new CraftedLine();
        try {
            CommandLine parser = new CommandLine(CraftedLineModel.spec(read)).setExpandAtFiles(false);
            read.craft.comesFrom(from);
            parser.parseArgs(words.toArray(String[]::new));
            return read.make();
        } catch (ParameterException | IllegalArgumentException e) {
            throw new Acting.CannotException(e.getMessage());
        }
    }

    private ByteBuffer make() throws Acting.CannotException {
        String what = words.isEmpty() ? "" : words.get(0).toLowerCase(Locale.ROOT);
        if (!KINDS.contains(what)) {
            throw new Acting.CannotException("a packet begins with one of " + String.join(", ", KINDS) + ", such as: " + EXAMPLE);
        }
        int own = what.equals("hex") ? 2 : 1;
        if (words.size() != own) {
            throw new Acting.CannotException(words.size() < own ? "hex needs the octets of an IP packet"
                    : "unexpected word " + words.get(own) + "; text with blanks stands in quotes");
        }
        if (own == 2) {
            byte[] octets = craft.hex(words.get(1));
            if (octets.length < 20 || (octets[0] >>> 4 & 15) != 4) {
                throw new Acting.CannotException("these octets are no IPv4 packet");
            }
            return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
        }
        PacketCraft made = craft.craft(!what.equals("icmp"));
        return made.make(PacketCraft.Transport.valueOf(what.toUpperCase(Locale.ROOT)));
    }

    /** Words with quotes taken away as by a shell, which does nothing else here. */
    private static List<String> split(String line) throws Acting.CannotException {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
            } else {
                word = (word == null ? new StringBuilder() : word).append(c);
            }
        }
        if (quote != 0) {
            throw new Acting.CannotException("a quote " + quote + " is not closed");
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
