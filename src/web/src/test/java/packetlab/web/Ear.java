package packetlab.web;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps what a client hears, for a test that waits for it. */
final class Ear implements ChatClient.Listener {
    private static final int PATIENCE_S = 20;

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Override
    public void message(String text) {
        texts.add(text);
    }

    @Override
    public void state(ChatClient.State state, String why) {
        if (state == ChatClient.State.CLOSED) {
            ends.add(String.valueOf(why));
        }
    }

    String next() throws InterruptedException {
        return next(() -> "");
    }

    /** @param facts what is to be known where nothing comes */
    String next(Supplier<String> facts) throws InterruptedException {
        return wanted(texts, facts);
    }

    List<String> next(int count) throws InterruptedException {
        List<String> heard = new ArrayList<>();
        while (heard.size() < count) {
            heard.add(next());
        }
        return heard;
    }

    /** Why the connection has ended. */
    String end() throws InterruptedException {
        return wanted(ends, () -> "");
    }

    boolean hasMore() {
        return !texts.isEmpty();
    }

    private static String wanted(BlockingQueue<String> from, Supplier<String> facts) throws InterruptedException {
        String text = from.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (text == null) {
            throw new AssertionError("nothing came for " + PATIENCE_S + " s " + facts.get());
        }
        return text;
    }
}
