package packetlab.sockets;

/** A small program that talks over sockets so that it can be watched. Those of two halves extend {@link Pair}. */
public interface Demo {
    /** As in {@code packetlab demo NAME}. */
    String name();

    /** What it shows, in one line of at most 70 columns. */
    String description();

    /** What crosses the wire, and so how a capture can see it. */
    Wire wire();

    /** Which kind of socket it is about. */
    default Family family() {
        return Family.STREAM;
    }

    /** Whether each packet and each call is worth a line, or only what the packets carry. */
    default boolean everyPacket() {
        return true;
    }

    /** Whether its calls may wait for a person, one by one. */
    default boolean steppable() {
        return false;
    }

    /** Whether it may be pointed at any host ({@code --connect HOST}), although it has no other half of ours. */
    default boolean takesHost() {
        return false;
    }

    /** Whether it has a serving and a connecting half that can be played apart. */
    default boolean hasHalves() {
        return false;
    }

    /** The interface that sees its packets where it runs alone. */
    default String device() {
        return "lo";
    }

    /** A program that can be the other half of the serving one, as a command or in words. */
    default String otherProgram(String host, int port) {
        return (wire() == Wire.UDP ? "nc -u " : "nc ") + host + " " + port;
    }

    /** Whether the serving half ends by itself after one client, however many it may serve. */
    default boolean servesOnce() {
        return false;
    }

    /** Whether it builds something, such as an address or a router, that has no place in the machine's own network. */
    default boolean needsPrivateNetwork() {
        return false;
    }

    /**
     * Plays it to its end, on this thread and on those that it starts on the stage.
     *
     * @throws Exception what went wrong: a {@code packetlab.os.OsException} where a call failed
     */
    void run(Stage stage) throws Exception;

    /** Kinds of sockets, in the order in which a learner may want to meet them. */
    enum Family {
        STREAM("stream"), DATAGRAM("datagram"), UNIX("Unix domain"), RAW("raw");

        private final String words;

        Family(String words) {
            this.words = words;
        }

        /** In words that stand before "sockets". */
        public String words() {
            return words;
        }
    }

    /** What a packet capture sees of a demo. */
    enum Wire {
        TCP, UDP,
        /** Several protocols, or packets that no call counts. */
        IP,
        /** Nothing: Unix-domain sockets send no packets. Its calls and bytes are all there is to see. */
        NONE
    }
}
