package packetlab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import packetlab.labs.Acting;
import packetlab.os.PrivateNamespace;

/**
 * A student at a terminal, or a file or pipe in the place of one. A thread of its own reads, because a read that waits for
 * a key cannot be ended: when a signal comes, whoever waits for a line is told so by an {@link Ended}.
 */
final class LabTerminal implements Acting {
    /** A signal came while a line was waited for. */
    static final class Ended extends IOException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("ended by a signal");
        }
    }

    /** Stands for the end of the input, because a queue takes no null. */
    private static final String END = new String("end");
    /** Of UTF-8 a character has at most so many octets. */
    private static final int LONGEST_CHARACTER = 4;
    private static final int WAITING = 4;
    private static final long TICK_MS = 50;

    private final Main main;
    private final InputStream in;
    /** Whether what is typed is on the screen already. */
    private final boolean echoed;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
    private final OutputStream screen;
    private Thread reader;
    /** What a line is waited for with, or null. */
    private String prompt;
    private boolean over;

    /** @param file to be read instead of standard input, or null */
    LabTerminal(Main main, InputStream file) {
        this.main = main;
        this.in = file != null ? file : Channels.newInputStream(main.console().in());
        this.echoed = file == null && Terminal.isTerminal(Terminal.STDIN);
        this.screen = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int at, int length) throws IOException {
                show(octets, at, length);
            }
        };
    }

    /** What comes while a line is waited for stands above the prompt, which is then there again. */
    private synchronized void show(byte[] octets, int at, int length) throws IOException {
        if (prompt != null) {
            print("\n");
        }
        put(octets, at, length);
        if (prompt != null) {
            print(prompt);
        }
    }

    private synchronized void ask(String text) throws IOException {
        prompt = text;
        print(text);
    }

    private synchronized void asked() {
        prompt = null;
    }

    private synchronized void put(byte[] octets, int at, int length) throws IOException {
        main.console().out().write(octets, at, length);
        main.console().out().flush();
    }

    @Override
    public String line(String question) throws IOException {
        if (reader == null) {
            reader = new Thread(this::read, "packetlab-lines");
            reader.setDaemon(true);
            reader.start();
        }
        ask(question);
        String line = over ? END : await();
        asked();
        if (line == END) {      // the very same object
            over = true;
            print("\n");
            return null;
        }
        if (!echoed) {
            print((line.length() > LONGEST_LINE ? line.substring(0, 60) + "..." : line) + "\n");
        }
        return line;
    }

    private String await() throws IOException {
        try {
            for (String line = null; ; line = lines.poll(TICK_MS, TimeUnit.MILLISECONDS)) {
                if (main.lifetime().ending()) {
                    throw new Ended();
                }
                if (line != null) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void read() {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] octets = new byte[8_192];
            for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
                for (int i = 0; i < n; i++) {
                    if (octets[i] == '\n') {
                        lines.put(text(line));
                        line.reset();
                    } else if (line.size() <= LONGEST_LINE * LONGEST_CHARACTER) {
                        line.write(octets[i]);
                    }
                }
            }
            if (line.size() > 0) {
                lines.put(text(line));
            }
        } catch (IOException e) {
            // A terminal that has gone is the end of the input.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            lines.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At most one character more than a line may have. */
    private static String text(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        return text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE + 1) : text;
    }

    @Override
    public void say(String text) throws IOException {
        print(text + "\n");
    }

    private void print(String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        put(octets, 0, octets.length);
    }

    @Override
    public OutputStream screen() {
        return screen;
    }

    @Override
    public boolean unicode() {
        return main.console().utf8();
    }

    @Override
    public ByteBuffer packet(String words, String from) throws CannotException {
        return CraftedLine.packet(words, from);
    }

    @Override
    public boolean ending() {
        return main.lifetime().ending();
    }

    @Override
    public String doorway() {
        String way = System.getProperty(PrivateNamespace.INSIDE);
        String process = "-t " + ProcessHandle.current().pid();
        return switch (PrivateNamespace.Way.valueOf(way)) {
            case ROOT -> "nsenter " + process + " -n";
            case USER_NAMESPACE -> "nsenter " + process + " -U --preserve-credentials -n";
            case SUDO -> "sudo nsenter " + process + " -n";
        };
    }
}
