package packetlab.fuzz;

/** Says what does not hold. An error of its own kind, so that no code under test catches it. */
final class Check {
    private Check() {}

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static void equal(long expected, long actual, String what) {
        if (expected != actual) {
            throw new AssertionError(what + ": " + expected + " expected, " + actual + " found");
        }
    }

    static void equal(Object expected, Object actual, String what) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected " + expected + "\nfound " + actual);
        }
    }
}
