package packetlab.web;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Prices that go up and down, told one way to whoever is in {@link Hub#PRICES}. */
final class Feed implements AutoCloseable {
    private static final String[] NAMES = {"ACK", "SYN", "FIN"};
    private static final double[] START = {101.5, 64.0, 8.88};
    private static final double STEP = 0.01;

    private final Hub hub;
    private final SplittableRandom random = new SplittableRandom(793);
    private final double[] prices = START.clone();
    private final Future<?> ticking;
    private long told;

    /** @param everyMs 0 for never */
    Feed(Hub hub, int everyMs) {
        this.hub = hub;
        this.ticking = everyMs == 0 ? null
                : hub.clock().scheduleAtFixedRate(hub.again(this::tick), everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        int which = (int) (told++ % NAMES.length);
        prices[which] = Math.max(1, prices[which] * (1 + STEP * (random.nextDouble() - 0.5)));
        if (hub.anybodyIn(Hub.PRICES)) {
            String text = String.format(Locale.ROOT, "{\"name\":\"%s\",\"price\":%.2f}", NAMES[which], prices[which]);
            hub.tell(Hub.PRICES, new Message(text, told, "price", null));
        }
    }

    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }
}
