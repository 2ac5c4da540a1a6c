package packetlab.latency;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import packetlab.event.Event;
import packetlab.os.SocketAddress;

/**
 * Servers in processes of their own: this program again, with {@code --serve}. Each is started once, serves all rounds of
 * its setting, and ends with this object, or when this process is gone and its standard input with it.
 */
public final class ServerProcesses implements Servers, Closeable {
    private static final long BEGIN_MS = 20_000, END_MS = 2_000;

    private final List<String> program;
    private final Map<Setting, Child> children = new HashMap<>();

    /** @param program the command of this program as far as {@code latency}; a server's own words follow */
    public ServerProcesses(List<String> program) {
        this.program = List.copyOf(program);
    }

    @Override
    public Server start(Setting setting) throws IOException {
        if (setting.transport() == Transport.RAW_ICMP) {
            return new ElsewhereServer(Link.usual(setting));
        }
        Child child = children.get(setting);
        if (child == null) {
            child = new Child(setting, program);
            children.put(setting, child);
        }
        return child;
    }

    /** The words that make a server of that setting. */
    static List<String> words(Setting s) {
        List<String> words = new ArrayList<>(List.of("--serve", "--until-eof", "-t", s.transport().word(), "-s",
                Integer.toString(s.size()), "--wait", s.waiting().word(), "--cpu", cpu(s.placement().server())));
        if (s.ipVersion() == 6) {
            words.add("-6");
        }
        Setting.SocketOptions o = s.options();
        words.addAll(List.of("--tcp-nodelay", o.noDelay() ? "on" : "off", "--busy-poll",
                Integer.toString(o.busyPollUs())));
        if (o.sendBuffer() > 0) {
            words.addAll(List.of("--sndbuf", Integer.toString(o.sendBuffer())));
        }
        if (o.receiveBuffer() > 0) {
            words.addAll(List.of("--rcvbuf", Integer.toString(o.receiveBuffer())));
        }
        if (o.quickAck()) {
            words.add("--quickack");
        }
        if (s.trouble().stallForNs() > 0) {
            words.addAll(List.of("--stall", s.trouble().stallForNs() / 1_000_000 + "ms/"
                    + s.trouble().stallEveryNs() / 1_000_000 + "ms"));
        }
        return words;
    }

    private static String cpu(int cpu) {
        return cpu == Setting.Placement.ANY ? "any" : Integer.toString(cpu);
    }

    @Override
    public void close() {
        children.values().forEach(Child::end);
    }

    private static final class Child implements Server {
        private final Process process;
        private final SocketAddress address;

        Child(Setting setting, List<String> program) throws IOException {
            List<String> command = new ArrayList<>(program);
            command.addAll(words(setting));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            boolean serves = false;
            try {
                address = address(firstLine());
                serves = true;
            } finally {
                if (!serves) {
                    process.destroyForcibly();
                }
            }
        }

        private String firstLine() throws IOException {
            BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            CompletableFuture<String> line = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    line.complete(out.readLine());
                    while (out.readLine() != null) {
                        // nothing that we need
                    }
                } catch (IOException e) {
                    line.completeExceptionally(e);
                }
            }, "latency-server-output");
            reader.setDaemon(true);
            reader.start();
            try {
                String first = line.get(BEGIN_MS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    throw new IOException("the server's process ended before it served");
                }
                return first;
            } catch (TimeoutException | ExecutionException e) {
                throw new IOException("the server's process did not begin within " + BEGIN_MS / 1_000 + " s", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        /** Of a line {@code serving TRANSPORT at ADDRESS}. */
        private static SocketAddress address(String line) throws IOException {
            String text = line.substring(line.lastIndexOf(' ') + 1);
            if (!line.startsWith("serving ")) {
                throw new IOException("the server's process said: " + line);
            }
            if (text.startsWith("@")) {
                return new SocketAddress.Unix(text.substring(1), true);
            }
            int colon = text.lastIndexOf(':');
            String host = text.substring(0, colon);
            return SocketAddress.of(host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                    Integer.parseInt(text.substring(colon + 1)));
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        /** Of its serving threads, by the names that they bear there. */
        @Override
        public long cpuNs() {
            long sum = 0;
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
                for (Path task : tasks) {
                    try {
                        if (Files.readString(task.resolve("comm")).startsWith("latency-")) {
                            sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
                        }
                    } catch (IOException e) {
                        // a thread that has ended
                    }
                }
                return sum;
            } catch (IOException e) {
                return Event.UNKNOWN;
            }
        }

        @Override
        public long dropped() {
            return Event.UNKNOWN;
        }

        @Override
        public String failure() {
            return process.isAlive() ? null : "its process has ended with status " + process.exitValue();
        }

        @Override
        public void close() {
            // it serves the next round, too
        }

        void end() {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(END_MS, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
