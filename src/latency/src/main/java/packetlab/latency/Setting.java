package packetlab.latency;

/**
 * Everything that decides what is measured: one row of the table.
 *
 * @param size        octets of a message; its first eight are its number
 * @param mode        whether each message waits for the answer to the one before
 * @param rate        messages a second as planned; 0 for as fast as answers come
 * @param waiting     how both ends wait for a message
 * @param connections over which messages go in turn
 * @param ipVersion   4 or 6
 * @param note        what sets this row apart beside the columns of the table; empty for nothing
 */
public record Setting(Transport transport, int size, Mode mode, long rate, Wait waiting, Placement placement,
                      int connections, int ipVersion, SocketOptions options, Trouble trouble, String note) {
    /** Octets of a message's number. */
    public static final int MIN_SIZE = 8;
    public static final int MAX_SIZE = 1 << 20;
    public static final int MAX_CONNECTIONS = 512;
    public static final long MAX_RATE = 10_000_000;

    /** When a message is sent. */
    public enum Mode {
        /** When the answer to the one before has come: a stall delays the messages that would have met it. */
        CLOSED("closed"),
        /** At its planned time, from which its latency counts, whatever became of those before. */
        OPEN("open");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** How both ends wait for a message. */
    public enum Wait {
        /** The kernel wakes the thread. */
        BLOCK("block"),
        /** The thread asks again and again. */
        SPIN("spin");

        private final String word;

        Wait(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Which processor each side runs on.
     *
     * @param client ANY leaves it to the scheduler
     */
    public record Placement(int client, int server) {
        public static final int ANY = -1;

        /** Such as {@code 0/0}, {@code 0/1}, {@code any}. */
        public String text() {
            return client == ANY && server == ANY ? "any" : one(client) + "/" + one(server);
        }

        private static String one(int cpu) {
            return cpu == ANY ? "any" : Integer.toString(cpu);
        }
    }

    /**
     * Options of both ends' sockets.
     *
     * @param noDelay       TCP_NODELAY
     * @param sendBuffer    octets of SO_SNDBUF; 0 leaves what the kernel chooses
     * @param receiveBuffer octets of SO_RCVBUF, likewise
     * @param busyPollUs    SO_BUSY_POLL, microseconds; 0 for none
     * @param quickAck      TCP_QUICKACK before every receive
     */
    public record SocketOptions(boolean noDelay, int sendBuffer, int receiveBuffer, int busyPollUs, boolean quickAck) {
        public static final SocketOptions DEFAULT = new SocketOptions(true, 0, 0, 0, false);

        public SocketOptions withNoDelay(boolean on) {
            return new SocketOptions(on, sendBuffer, receiveBuffer, busyPollUs, quickAck);
        }

        public SocketOptions withReceiveBuffer(int octets) {
            return new SocketOptions(noDelay, sendBuffer, octets, busyPollUs, quickAck);
        }

        /** What differs from the defaults, such as {@code nagle, rcvbuf 4096}. */
        public String text() {
            String text = noDelay ? "" : ", nagle";
            text += sendBuffer == 0 ? "" : ", sndbuf " + sendBuffer;
            text += receiveBuffer == 0 ? "" : ", rcvbuf " + receiveBuffer;
            text += busyPollUs == 0 ? "" : ", busy poll " + busyPollUs + " us";
            text += quickAck ? ", quick ack" : "";
            return text.isEmpty() ? "" : text.substring(2);
        }
    }

    /**
     * What is made difficult on purpose.
     *
     * @param loseOneIn    the server's socket refuses one packet in so many at random; 0 for none
     * @param stallEveryNs the server sleeps so often
     * @param stallForNs   and so long; 0 for never
     * @param workNs       how long the server sleeps before each answer
     * @param writes       calls by which a request is sent
     * @param whole        whether the server answers a request when it has all of it, and not each piece
     * @param reconnect    whether each message has a connection of its own
     */
    public record Trouble(int loseOneIn, long stallEveryNs, long stallForNs, long workNs, int writes, boolean whole,
                          boolean reconnect) {
        public static final Trouble NONE = new Trouble(0, 0, 0, 0, 1, false, false);

        public static Trouble loss(int oneIn) {
            return new Trouble(oneIn, 0, 0, 0, 1, false, false);
        }

        public static Trouble stall(long everyNs, long forNs) {
            return new Trouble(0, everyNs, forNs, 0, 1, false, false);
        }

        public static Trouble work(long ns) {
            return new Trouble(0, 0, 0, ns, 1, true, false);
        }

        public static Trouble writes(int calls) {
            return new Trouble(0, 0, 0, 0, calls, true, false);
        }

        public static Trouble reconnecting() {
            return new Trouble(0, 0, 0, 0, 1, false, true);
        }
    }

    public Setting {
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new IllegalArgumentException("a message has from " + MIN_SIZE + " (its number) to " + MAX_SIZE
                    + " octets, not " + size);
        }
        if (size > largest(transport, ipVersion)) {
            throw new IllegalArgumentException("a message of " + transport.word() + " has at most "
                    + largest(transport, ipVersion) + " octets, not " + size);
        }
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new IllegalArgumentException("from 1 to " + MAX_CONNECTIONS + " connections are made, not "
                    + connections);
        }
        if (rate < 0 || rate > MAX_RATE || mode == Mode.OPEN && rate == 0) {
            throw new IllegalArgumentException("the rate is from 1 to " + MAX_RATE + " messages a second, not " + rate);
        }
    }

    /** Octets of the largest message that one datagram carries. */
    private static int largest(Transport transport, int ipVersion) {
        return switch (transport) {
            case UDP, RAW_ICMP -> 65_507;
            case RAW_DATAGRAM -> ipVersion == 4 ? 65_515 : 65_535;
            case UNIX_DATAGRAM -> 131_072;      // with the default net.core.wmem_default
            default -> MAX_SIZE;
        };
    }

    /** One message in flight, on one processor, as fast as it goes. */
    public static Setting of(Transport transport, int size, Placement placement) {
        return new Setting(transport, size, Mode.CLOSED, 0, Wait.BLOCK, placement, 1, 4, SocketOptions.DEFAULT,
                Trouble.NONE, "");
    }

    public Setting at(Mode newMode, long newRate) {
        return new Setting(transport, size, newMode, newRate, waiting, placement, connections, ipVersion, options, trouble,
                note);
    }

    public Setting awaiting(Wait newWait) {
        return new Setting(transport, size, mode, rate, newWait, placement, connections, ipVersion, options, trouble,
                note);
    }

    public Setting placed(Placement newPlacement) {
        return new Setting(transport, size, mode, rate, waiting, newPlacement, connections, ipVersion, options, trouble,
                note);
    }

    public Setting over(int newConnections, int newIpVersion) {
        return new Setting(transport, size, mode, rate, waiting, placement, newConnections, newIpVersion, options, trouble,
                note);
    }

    public Setting with(SocketOptions newOptions) {
        return new Setting(transport, size, mode, rate, waiting, placement, connections, ipVersion, newOptions, trouble,
                note);
    }

    public Setting with(Trouble newTrouble) {
        return new Setting(transport, size, mode, rate, waiting, placement, connections, ipVersion, options, newTrouble,
                note);
    }

    public Setting noted(String newNote) {
        return new Setting(transport, size, mode, rate, waiting, placement, connections, ipVersion, options, trouble,
                newNote);
    }

    /** What this row is called beside its columns: options, connections and notes; empty for none. */
    public String remark() {
        String text = note.isEmpty() ? "" : ", " + note;
        text += connections == 1 ? "" : ", " + connections + " connections";
        text += ipVersion == 4 || transport.isUnix() ? "" : ", ipv6";
        text += options.text().isEmpty() ? "" : ", " + options.text();
        return text.isEmpty() ? "" : text.substring(2);
    }
}
