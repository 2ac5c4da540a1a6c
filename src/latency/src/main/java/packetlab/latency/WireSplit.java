package packetlab.latency;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Where the time of the samples went, by the kernel's stamps of their packets: each step of a message's way there and
 * back, over all samples of which every step is known.
 *
 * @param joined    samples of which every step is known
 * @param unjoined  answered samples of which one is not
 * @param dropped   packets that the capture lost
 * @param packets   packets that were captured
 */
public record WireSplit(List<Step> steps, long joined, long unjoined, long dropped, long packets) {
    /** @param name such as {@code send call to packet sent} */
    public record Step(String name, Histogram ns) {}
}
