package packetlab.latency;

import java.util.List;
import java.util.function.Function;

/**
 * A known effect, ready to be measured.
 *
 * @param name        as on the command line
 * @param summary     what it shows, in a line
 * @param expected    what theory says, before anything is measured
 * @param settings    its rows
 * @param plan        how much is measured of each
 * @param omission    whether open loops are also told from the send call
 * @param ownNetwork  whether it changes lo, and so needs a network namespace of its own
 * @param mtu         of lo; 0 leaves it
 * @param further     commands that show more of it
 * @param conclusion  what was measured, in lines
 */
public record Experiment(String name, String summary, List<String> expected, List<Setting> settings, Plan plan,
                         boolean omission, boolean ownNetwork, int mtu, List<String> further,
                         Function<List<Row>, List<String>> conclusion) {}
