package packetlab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import packetlab.os.Wire;
import packetlab.os.WireBridge;
import packetlab.rules.RuleSet;
import packetlab.rules.RuleSyntaxException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What impair and firewall have in common: rules, the wire itself, and where its packets go. */
final class WireOptions {
    /** Where packets are looked at. */
    enum At {
        sent, received
    }

    private static final long LARGEST_RULES = 4 << 20;
    /** A number that a person can type again. */
    private static final long RANDOM_SEEDS = 1_000_000;

    @Option(names = {"-r", "--rule"}, order = 20, paramLabel = "TEXT",
            description = "a rule, such as 'drop the 3rd data segment of the client'; may be repeated")
    List<String> texts = new ArrayList<>();

    @Option(names = "--rules", order = 21, paramLabel = "FILE", description = "rules from a file, one a line; before those of -r")
    List<Path> files = new ArrayList<>();

    @Option(names = "--seed", order = 22, paramLabel = "N",
            description = "where chance begins: with the same number the same packets meet the same fate (default: "
                    + "another each time, which the title tells)")
    Long seed;

    @Option(names = "--mtu", order = 23, paramLabel = "OCTETS", defaultValue = "" + Wire.DEFAULT_MTU,
            description = "longest packet that the wire takes (default: 1500)")
    int mtu;

    @Option(names = "--at", order = 24, paramLabel = "END", defaultValue = "sent",
            description = "where packets are looked at and recorded: sent, as they come into the wire, or received, as "
                    + "they come out of it (default: sent)")
    At at;

    @Option(names = {"-w", "--write"}, order = 25, paramLabel = "FILE",
            description = "record the packets (pcapng), with what became of them as comments")
    Path file;

    @Option(names = {"-o", "--output"}, order = 26, paramLabel = "FILE",
            description = "what Packetlab tells goes there, and standard output is the command's alone")
    Path output;

    @Mixin
    PictureOptions pictures;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    boolean hasRules() {
        return !texts.isEmpty() || !files.isEmpty();
    }

    /** @param more another file of rules, before all others; null for none */
    RuleSet rules(Path more) {
        RuleSet rules = new RuleSet();
        List<Path> all = new ArrayList<>(more == null ? List.of() : List.of(more));
        all.addAll(files);
        try {
            for (Path rulesFile : all) {
                rules.add(rulesFile.toString(), read(rulesFile));
            }
            for (int i = 0; i < texts.size(); i++) {
                rules.add(texts.size() == 1 ? "rule" : "rule " + (i + 1), texts.get(i));
            }
        } catch (RuleSyntaxException e) {
            throw Failure.usage(e.getMessage());
        }
        return rules;
    }

    private static String read(Path rulesFile) {
        try {
            if (Files.size(rulesFile) > LARGEST_RULES) {
                throw Failure.usage(rulesFile + ": more than 4 MB are no rules");
            }
            return Files.readString(rulesFile);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw Failure.usage(rulesFile + ": is no UTF-8 text");
        } catch (java.io.IOException e) {
            throw Failure.usage(FileTrouble.line(rulesFile.toString(), e));
        }
    }

    long seed() {
        if (seed == null) {
            seed = (long) (Math.random() * RANDOM_SEEDS);
        }
        return seed;
    }

    int mtu() {
        if (mtu < Wire.MIN_MTU || mtu > Wire.MAX_MTU) {
            throw new ParameterException(spec.commandLine(),
                    "--mtu is from " + Wire.MIN_MTU + " to " + Wire.MAX_MTU + ", not " + mtu);
        }
        return mtu;
    }

    WireBridge.View view() {
        return at == At.sent ? WireBridge.View.SENT : WireBridge.View.RECEIVED;
    }

    Path file() {
        Recording.requireFile(spec, file);
        return file;
    }

    PictureOptions pictures() {
        return pictures;
    }

    Path output() {
        return output;
    }
}
