package packetlab.latency;

import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the JVM has done beside running the program, up to a moment: compiled, and collected garbage. Milliseconds are
 * what it tells.
 */
record JvmWork(long compileMs, long collections, long collectMs) {
    static JvmWork now() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long compileMs = compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime() : 0;
        long collections = 0;
        long collectMs = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, collector.getCollectionCount());
            collectMs += Math.max(0, collector.getCollectionTime());
        }
        return new JvmWork(compileMs, collections, collectMs);
    }

    JvmWork since(JvmWork before) {
        return new JvmWork(compileMs - before.compileMs, collections - before.collections,
                collectMs - before.collectMs);
    }
}
