package packetlab.latency;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import packetlab.event.LatencyEvent;
import packetlab.os.Cpus;
import packetlab.os.WallClock;

/** What must be known of a machine to believe its figures. */
public final class HostFacts {
    private static final Path CLOCK = Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    private static final Path IDLE_DRIVER = Path.of("/sys/devices/system/cpu/cpuidle/current_driver");

    private HostFacts() {}

    /** @param floor what measuring itself takes */
    public static LatencyEvent.Host gather(Floor floor) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cpu", cpuModel());
        facts.put("cpus", Cpus.allowed().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        facts.put("virtual machine", Files.readString(Path.of("/proc/cpuinfo")).contains(" hypervisor") ? "yes" : "no");
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("governor", line(GOVERNOR, "none: the frequency is not this system's to choose"));
        facts.put("idle driver", line(IDLE_DRIVER, "none"));
        facts.put("clock", line(CLOCK, "unknown"));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("-X")).collect(Collectors.joining(" ")));
        facts.put("load", line(Path.of("/proc/loadavg"), "unknown"));
        facts.put("floor", "clock " + floor.clockNs() + " ns, loop " + floor.loopNs() + " ns");
        return new LatencyEvent.Host(WallClock.nowNs(), facts);
    }

    private static String cpuModel() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
        return lines.stream().filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 1).strip())
                .findFirst().orElse(System.getProperty("os.arch"));
    }

    private static String line(Path file, String otherwise) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return otherwise;
        }
    }
}
