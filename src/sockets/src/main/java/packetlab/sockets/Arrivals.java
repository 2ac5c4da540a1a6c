package packetlab.sockets;

/**
 * When numbered things that are sent at a steady pace arrive: how many, and how many of them late. The one that was
 * fastest tells what was due when. For one thread, and the one that starts after it has ended.
 */
final class Arrivals {
    private final long periodNs;
    private final long toleranceNs;
    private final long[] arrivalNs;
    private int count;

    /**
     * @param expected  their numbers are 0 to this one, exclusive; others are not counted
     * @param tolerance how much later than due is still in time, in ms
     */
    Arrivals(int expected, long periodUs, int tolerance) {
        this.arrivalNs = new long[expected];
        this.periodNs = periodUs * 1_000;
        this.toleranceNs = tolerance * 1_000_000L;
    }

    /** The thing of that number is there now. */
    void arrived(int number) {
        if (number >= 0 && number < arrivalNs.length && arrivalNs[number] == 0) {
            arrivalNs[number] = System.nanoTime();
            count++;
        }
    }

    int count() {
        return count;
    }

    int lost() {
        return arrivalNs.length - count;
    }

    int late() {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < arrivalNs.length; i++) {
            if (arrivalNs[i] != 0) {
                fastest = Math.min(fastest, arrivalNs[i] - i * periodNs);
            }
        }
        int late = 0;
        for (int i = 0; i < arrivalNs.length; i++) {
            if (arrivalNs[i] != 0 && arrivalNs[i] - i * periodNs - fastest > toleranceNs) {
                late++;
            }
        }
        return late;
    }
}
