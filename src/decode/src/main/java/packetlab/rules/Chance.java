package packetlab.rules;

/**
 * Chance that can be repeated: a number that depends on the seed and on the place of a packet, never on the time. Two
 * runs with one seed decide alike about the packets in the same places.
 */
final class Chance {
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final long seed;

    Chance(long seed) {
        this.seed = mix(seed + GOLDEN);
    }

    /**
     * A number in [0, 1).
     *
     * @param purpose what is decided: each purpose has numbers of its own
     */
    double of(int purpose, PacketFacts p) {
        return (bits(purpose, p) >>> 11) * 0x1.0p-53;
    }

    /** 64 random bits, likewise. */
    long bits(int purpose, PacketFacts p) {
        long h = mix(seed ^ purpose * GOLDEN);
        h = mix(h ^ (p.flow() << 4 | p.kind().ordinal() << 1 | (p.fromServer() ? 1 : 0)));
        return mix(h ^ p.place() * GOLDEN);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
