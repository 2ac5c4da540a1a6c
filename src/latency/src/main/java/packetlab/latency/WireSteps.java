package packetlab.latency;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The steps of a message and its answer, between up to eight times, over all samples. */
final class WireSteps {
    /** Which times are known. */
    enum Known {
        /** Calls of both ends, and packets. */
        ALL,
        /** Calls of the client, and packets. */
        PACKETS,
        /** Calls of the client, and the kernel's stamps of its socket. */
        OWN_SOCKET
    }

    private enum Step {
        SEND("client: send call to packet sent", 0, 1, Known.ALL, Known.PACKETS, Known.OWN_SOCKET),
        THERE("request: packet sent to packet received", 1, 2, Known.ALL, Known.PACKETS),
        WAKE_SERVER("server: packet received to receive call returned", 2, 3, Known.ALL),
        SERVE("server: receive call returned to send call", 3, 4, Known.ALL),
        ANSWER("server: send call to packet sent", 4, 5, Known.ALL),
        WHOLE_SERVER("server: packet received to answer sent", 2, 5, Known.PACKETS),
        BACK("answer: packet sent to packet received", 5, 6, Known.ALL, Known.PACKETS),
        NETWORK("network and server: packet sent to answer received", 1, 6, Known.OWN_SOCKET),
        WAKE_CLIENT("client: packet received to receive call returned", 6, 7, Known.ALL, Known.PACKETS, Known.OWN_SOCKET);

        private static final int TIMES = 8;

        private final String words;
        private final int from;
        private final int to;
        private final List<Known> where;

        Step(String words, int from, int to, Known... where) {
            this.words = words;
            this.from = from;
            this.to = to;
            this.where = List.of(where);
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();
    private final long[] times = new long[Step.TIMES];
    private long joined;
    private long unjoined;

    WireSteps(Known known) {
        for (Step step : Step.values()) {
            if (step.where.contains(known)) {
                steps.add(step);
                histograms.add(Recorder.histogram());
            }
        }
    }

    /** Of the next sample, to be filled in: 0 where nobody knows. */
    long[] times() {
        return times;
    }

    /** Takes the sample; where a time of it is missing, only its number. */
    void record() {
        for (Step step : steps) {
            if (times[step.from] == 0 || times[step.to] == 0) {
                unjoined++;
                return;
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            // Whoever is woken on another processor may note its time before the sender is done with the packet.
            long ns = times[steps.get(i).to] - times[steps.get(i).from];
            histograms.get(i).recordValue(Math.max(0, Math.min(Recorder.HIGHEST_NS, ns)));
        }
        joined++;
    }

    WireSplit split(long dropped, long packets) {
        List<WireSplit.Step> named = new ArrayList<>();
        for (int i = 0; i < steps.size() && joined > 0; i++) {
            named.add(new WireSplit.Step(steps.get(i).words, Recorder.packed(histograms.get(i))));
        }
        return new WireSplit(named, joined, unjoined, dropped, packets);
    }

    /** By the stamps of the client's own socket alone. */
    static WireSplit ofOwnSocket(WireTimes client, long first, long sent) {
        WireSteps steps = new WireSteps(Known.OWN_SOCKET);
        for (long number = first; number < first + sent; number++) {
            int n = (int) number;
            if (client.receivedNs(n) != 0) {
                steps.times[0] = client.sentNs(n);
                steps.times[1] = client.sentStampNs(n);
                steps.times[6] = client.receivedStampNs(n);
                steps.times[7] = client.receivedNs(n);
                steps.record();
            }
        }
        return steps.split(0, 0);
    }
}
