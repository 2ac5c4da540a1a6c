package packetlab.latency;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import packetlab.os.Cpus;

/** A process of a peer: started on a processor, ended in time, and with limits to what it may say. */
final class PeerProgram implements AutoCloseable {
    private static final int LONGEST_OUTPUT = 1 << 16;

    private final List<String> command;
    private final Process process;

    /** @param cpu ANY for where it may be */
    PeerProgram(int cpu, List<String> command) throws IOException {
        this.command = command;
        List<Integer> before = Cpus.allowed();
        try {
            Ends.pin(cpu);          // a process begins where its maker may run
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException(command.get(0) + " cannot be started: " + e.getMessage(), e);
        } finally {
            Cpus.pin(before);
        }
        process.getOutputStream().close();
    }

    /** Waits until it has said {@code words}; what it says afterwards is thrown away. */
    void await(String words, long limitMs) throws IOException {
        CompletableFuture<Boolean> said = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(words, said), "latency-peer");
        reader.setDaemon(true);
        reader.start();
        try {
            if (!said.get(limitMs, TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " ended before it served");
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException(command.get(0) + " did not begin within " + limitMs + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** For one that says nothing when it serves. */
    void begun(long ms) throws IOException {
        try {
            if (process.waitFor(ms, TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " ended before it served");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void read(String words, CompletableFuture<Boolean> said) {
        StringBuilder all = new StringBuilder();
        byte[] some = new byte[1024];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                if (!said.isDone() && all.length() < LONGEST_OUTPUT) {
                    all.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
                    if (all.indexOf(words) >= 0) {
                        said.complete(true);
                    }
                }
            }
        } catch (IOException e) {
            // it was ended
        }
        said.complete(false);
    }

    /** What it says until its end. */
    String output(long limitMs) throws IOException {
        CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            String text = said.get(limitMs, TimeUnit.MILLISECONDS);
            if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException(command.get(0) + " failed: " + lastLine(text));
            }
            return text;
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException(command.get(0) + " did not end within " + limitMs / 1000 + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String lastLine(String text) {
        return text.lines().map(String::strip).filter(l -> !l.isEmpty()).reduce((a, b) -> b).orElse("it said nothing");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
