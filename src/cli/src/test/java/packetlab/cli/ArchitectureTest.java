package packetlab.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may import whom: the table of the architecture, package by package, over all modules. */
class ArchitectureTest {
    private static final String JDK = "java..";
    private static final String EVENT = "packetlab.event..";
    private static final String WIRE = "packetlab.wire..";
    private static final String PCAP = "packetlab.pcap..";
    private static final String FLOW = "packetlab.flow..";
    private static final String MESSAGE = "packetlab.message..";
    private static final String TIMELINE = "packetlab.timeline..";
    private static final String REPORT = "packetlab.report..";
    private static final String OS = "packetlab.os..";
    private static final String SOCKETS = "packetlab.sockets..";
    private static final String RULES = "packetlab.rules..";
    private static final String LATENCY = "packetlab.latency..";
    private static final String WEB = "packetlab.web..";
    private static final String LABS = "packetlab.labs..";
    private static final String CLI = "packetlab.cli";
    private static final String MODEL = "packetlab.cli.model..";
    private static final String[] DECODE = {EVENT, WIRE, PCAP, FLOW, MESSAGE, RULES, TIMELINE};

    /** What each package may touch besides itself and java.*. */
    private static final Map<String, String[]> ALLOWED = new TreeMap<>(Map.ofEntries(
            entry(EVENT, new String[] {}),
            entry(WIRE, new String[] {EVENT}),
            entry(PCAP, new String[] {EVENT, WIRE}),
            entry(FLOW, new String[] {EVENT, WIRE}),
            entry(MESSAGE, new String[] {EVENT, WIRE, FLOW}),
            entry(RULES, new String[] {EVENT, WIRE, FLOW, MESSAGE}),
            entry(TIMELINE, new String[] {EVENT}),
            entry(REPORT, with(DECODE, "tools.jackson.core..")),
            entry(OS, with(DECODE, "jnr..", "com.kenai.jffi..", "org.pcap4j..", "com.sun.jna..", "sun.misc..")),
            entry(SOCKETS, with(DECODE, REPORT, OS, "jnr.unixsocket..", "jnr.enxio..", "jnr.constants..")),
            entry(LATENCY, with(DECODE, REPORT, OS, SOCKETS, "org.HdrHistogram..", "com.sun.management..")),
            entry(WEB, with(DECODE, REPORT, OS, SOCKETS, "javax.net.ssl..", "jakarta.servlet..", "jakarta.websocket..",
                    "org.apache.catalina..", "org.apache.coyote..", "org.apache.tomcat..", "org.springframework..",
                    "io.socket..", "okhttp3..", "okio..", "org.json..", "tools.jackson.core..")),
            entry(LABS, with(DECODE, REPORT, OS, "javax.crypto..")),
            entry(CLI, with(DECODE, REPORT, OS, SOCKETS, LATENCY, WEB, LABS, "picocli..")),
            entry(MODEL, new String[] {"javax.annotation.processing..", "javax.lang.model..", "javax.tools.."})));

    private static JavaClasses all;

    @BeforeAll
    static void importAllModules() {
        all = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("packetlab");
    }

    @Test
    void everyPackageTouchesOnlyWhatTheTableAllows() {
        ALLOWED.forEach((packages, others) -> classes().that().resideInAPackage(packages)
                .should().onlyDependOnClassesThat(resideInAnyPackage(with(others, packages, JDK)))
                .allowEmptyShould(true)
                .check(all));
    }

    @Test
    void everyClassIsInAPackageOfTheTable() {
        TreeSet<String> outside = new TreeSet<>();
        for (JavaClass c : all) {
            if (ALLOWED.keySet().stream().noneMatch(p -> resideInAnyPackage(p).test(c))) {
                outside.add(c.getName());
            }
        }
        assertEquals(new TreeSet<>(), outside, "a new package needs a row in this test and in the architecture");
    }

    @Test
    void theImportSawEveryModule() {
        for (String module : List.of("event", "wire", "os", "sockets", "latency", "web", "labs", "cli")) {
            assertTrue(all.containPackage("packetlab." + module), module);
        }
    }

    @Test
    void noPackageDependsOnItselfThroughAnother() {
        slices().matching("packetlab.(*)..").should().beFreeOfCycles().check(all);
    }

    /** Of two threads that begin with one each, both would wait for ever: see WarmUp. */
    @Test
    void noClassesNeedEachOtherToBeInitialized() {
        Map<String, Set<String>> needed = new TreeMap<>();
        for (JavaClass c : all) {
            needed.put(c.getName(), initializedBy(c));
        }
        TreeSet<String> cycles = new TreeSet<>();
        for (String name : needed.keySet()) {
            Set<String> reached = new TreeSet<>();
            Deque<String> next = new ArrayDeque<>(needed.get(name));
            while (!next.isEmpty()) {
                String reachedName = next.pop();
                if (reached.add(reachedName)) {
                    next.addAll(needed.getOrDefault(reachedName, Set.of()));
                }
            }
            if (reached.contains(name)) {
                cycles.add(name + " by way of " + reached);
            }
        }
        assertEquals(new TreeSet<>(), cycles);
        assertTrue(needed.get("packetlab.message.OpeningHandshake").contains("packetlab.message.WsRule"), "sees none at all");
    }

    /** The classes of ours that its initializer can come by, without itself, and its superclass. */
    private static Set<String> initializedBy(JavaClass c) {
        Set<String> found = new TreeSet<>();
        Set<JavaCodeUnit> seen = new HashSet<>();
        Deque<JavaCodeUnit> next = new ArrayDeque<>();
        c.getStaticInitializer().ifPresent(next::add);
        while (!next.isEmpty()) {
            JavaCodeUnit unit = next.pop();
            if (!seen.add(unit)) {
                continue;
            }
            for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
                access.getTarget().resolveMember().ifPresent(member -> {
                    if (member instanceof JavaConstructor || member.getModifiers().contains(JavaModifier.STATIC)) {
                        found.add(member.getOwner().getName());
                    }
                    if (member instanceof JavaCodeUnit called) {
                        next.add(called);
                        overridden(called).forEach(next::add);
                    }
                });
            }
        }
        c.getRawSuperclass().ifPresent(s -> found.add(s.getName()));
        found.remove(c.getName());
        found.removeIf(name -> !name.startsWith("packetlab."));
        return found;
    }

    private static Stream<JavaCodeUnit> overridden(JavaCodeUnit called) {
        String[] types = called.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
        return called instanceof JavaMethod ? called.getOwner().getAllSubclasses().stream()
                .flatMap(s -> s.tryGetMethod(called.getName(), types).stream()) : Stream.empty();
    }

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        noClasses().that().resideOutsideOfPackage(CLI).should().callMethod(System.class, "exit", int.class)
                .check(all);
    }

    @Test
    void onlyTheCommandLineWritesToTheStandardStreams() {
        noClasses().that().resideOutsideOfPackage(CLI)
                .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
                .check(all);
    }

    private static String[] with(String[] some, String... more) {
        String[] both = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, both, some.length, more.length);
        return both;
    }
}
