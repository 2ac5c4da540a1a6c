package packetlab.timeline;

/**
 * What a run may make the timeline keep. Each limit that is hit is told by a {@code limit} event with the name given
 * here.
 *
 * @param calls       {@code timeline-calls}: calls that wait to be joined; beyond it the oldest go out as they are
 * @param packets     {@code timeline-packets}: packets that calls may still be joined with; beyond it the oldest are
 *                    forgotten
 * @param connections {@code timeline-connections}: connections; calls of later ones are not joined
 */
public record TimelineLimits(int calls, int packets, int connections) {
    public static final TimelineLimits DEFAULT = new TimelineLimits(1 << 16, 1 << 18, 4_096);

    static final String CALLS = "timeline-calls", PACKETS = "timeline-packets", CONNECTIONS = "timeline-connections";

    public TimelineLimits {
        if (calls < 1 || packets < 16 || connections < 1) {
            throw new IllegalArgumentException("a timeline limit is too small");
        }
    }
}
