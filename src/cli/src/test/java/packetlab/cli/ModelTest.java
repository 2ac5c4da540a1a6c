package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the compiler has made of the annotations is what picocli itself makes of them. */
class ModelTest {
    private final Main main = new Main(new Console(Channels.newChannel(InputStream.nullInputStream()), new ByteArrayOutputStream(),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, false, true), new Lifetime());

    @TestFactory
    List<DynamicTest> everyCommandIsAsAnnotated() throws ReflectiveOperationException {
        List<DynamicTest> tests = new ArrayList<>();
        for (CommandSpec spec : commands()) {
            tests.add(DynamicTest.dynamicTest(spec.qualifiedName(), () -> {
                Object annotated = spec.userObject() == main ? main : newOne(spec.userObject().getClass());
                // Main gives them all the same version.
                assertEquals(words(CommandSpec.forAnnotatedObject(annotated).versionProvider(spec.versionProvider())), words(spec));
            }));
        }
        assertTrue(tests.size() > 14, "of " + tests.size());
        return tests;
    }

    /** A value that is set arrives in one place, where it is found again. */
    @Test
    void everyFieldIsOneArgument() throws Exception {
        for (CommandSpec spec : commands()) {
            for (ArgSpec changed : spec.args()) {
                if (changed.type() != boolean.class) {
                    continue;
                }
                Set<String> before = set(spec);
                changed.setter().set(true);
                Set<String> after = set(spec);
                changed.setter().set(false);
                before.add(((OptionSpec) changed).longestName());
                assertEquals(before, after, spec.qualifiedName());
            }
        }
    }

    private static Set<String> set(CommandSpec spec) throws Exception {
        Set<String> names = new TreeSet<>();
        for (OptionSpec option : spec.options()) {
            if (Boolean.TRUE.equals(option.getter().get())) {
                names.add(option.longestName());
            }
        }
        return names;
    }

    /** All, but those that are methods, which have no model. */
    private List<CommandSpec> commands() throws ReflectiveOperationException {
        CommandLine line = main.line();
        List<CommandSpec> specs = new ArrayList<>(List.of(line.getCommandSpec(),
                CraftedLineModel.spec(newOne(CraftedLine.class))));
        for (CommandLine sub : line.getSubcommands().values()) {
            if (!(sub.getCommand() instanceof LabCommand)) {
                specs.add(sub.getCommandSpec());
                sub.getSubcommands().values().forEach(part -> specs.add(part.getCommandSpec()));
            }
        }
        return specs;
    }

    private static <T> T newOne(Class<T> type) throws ReflectiveOperationException {
        Constructor<T> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static String words(CommandSpec spec) {
        StringBuilder words = new StringBuilder(spec.name()).append('\n');
        words.append(Arrays.toString(spec.usageMessage().description())).append(Arrays.toString(spec.usageMessage().footer()))
                .append(Arrays.toString(spec.usageMessage().customSynopsis()))
                .append(spec.usageMessage().synopsisSubcommandLabel()).append(Arrays.toString(spec.version()));
        for (OptionSpec o : spec.options()) {
            words.append("\noption ").append(Arrays.toString(o.names())).append(" order ").append(o.order())
                    .append(" fallback ").append(o.fallbackValue()).append(' ').append(o.negatable())
                    .append(o.usageHelp()).append(o.versionHelp());
            add(words, o);
        }
        for (PositionalParamSpec p : spec.positionalParameters()) {
            words.append("\nparameter ").append(p.index());
            add(words, p);
        }
        return words.toString();
    }

    private static void add(StringBuilder words, ArgSpec arg) {
        words.append(" type ").append(arg.type()).append(Arrays.toString(arg.auxiliaryTypes())).append(" arity ")
                .append(arg.arity()).append(" label ").append(arg.paramLabel()).append(" split ").append(arg.splitRegex())
                .append(" default ").append(arg.defaultValue()).append(" initial ").append(arg.initialValue())
                .append(" required ").append(arg.required()).append(" hidden ").append(arg.hidden()).append(" converters ")
                .append(Arrays.stream(arg.converters()).map(c -> c.getClass().getName()).toList()).append(" candidates ");
        if (arg.completionCandidates() != null) {
            arg.completionCandidates().forEach(candidate -> words.append(candidate).append(' '));
        }
        words.append(Arrays.toString(arg.description()));
    }
}
