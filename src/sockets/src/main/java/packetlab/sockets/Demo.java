package packetlab.sockets;

/** A small program that talks over sockets so that it can be watched. */
public interface Demo {
    /** As in {@code packetlab demo NAME}. */
    String name();

    /** What it shows, in one line of at most 70 columns. */
    String description();

    /** What crosses the wire, and so how a capture can see it. */
    Wire wire();

    /** Whether each packet and each call is worth a line, or only what the packets carry. */
    default boolean everyPacket() {
        return true;
    }

    /**
     * Plays it to its end, on this thread and on those that it starts on the stage.
     *
     * @throws Exception what went wrong: a {@code packetlab.os.OsException} where a call failed
     */
    void run(Stage stage) throws Exception;

    /** What a packet capture sees of a demo. */
    enum Wire {
        TCP, UDP,
        /** Nothing: Unix-domain sockets send no packets. Its calls and bytes are all there is to see. */
        NONE
    }
}
