package packetlab.labs;

import java.util.List;

/** One thing that a script's actors do. Ports 0 are the kernel's choice; {@code line} is where it stands, for errors. */
sealed interface Step {
    int line();

    /** @param receiveBuffer octets, or 0 for the kernel's own */
    record Listen(int line, String server, int port, int receiveBuffer) implements Step {}

    /** @param peer the name that the server's end of the connection gets */
    record Connect(int line, String client, String server, int fromPort, String peer) implements Step {}

    /** A connection to a port where nobody listens. */
    record Knock(int line, int port, int fromPort) implements Step {}

    /** @param behind whether the script goes on while it is still being sent */
    record Send(int line, String end, byte[] data, boolean behind) implements Step {}

    record Receive(int line, String end, int octets) implements Step {}

    record ReadEnd(int line, String end) implements Step {}

    record HalfClose(int line, String end) implements Step {}

    record Close(int line, String end) implements Step {}

    record Reset(int line, String end) implements Step {}

    record Pause(int line, int ms) implements Step {}

    record Udp(int line, String name, boolean far, int port) implements Step {}

    record Datagram(int line, String from, String to, int port, byte[] data) implements Step {}

    record Take(int line, String name) implements Step {}

    /** What ends say to each other in turn, such as an opening handshake or the frames of a message: each is read whole. */
    record Say(int line, List<Said> parts) implements Step {}

    record Said(String end, byte[] octets) {}

    /** From now on what comes to that end or datagram socket goes back; {@code octets} at once, of a stream. */
    record Echo(int line, String name, int octets) implements Step {}

    /** A client that says something, hears it again, and may be refused. */
    record Visit(int line, String server, int fromPort, byte[] data) implements Step {}

    /** The student's turn. */
    record Act(int line, String name, Kind kind) implements Step {
        enum Kind {
            /** Packets of one's own; among the other steps. */
            SEND,
            /** Filters for what was recorded; behind all other steps. */
            FILTER,
            /** Rules that all other steps are played through; in front of them. */
            RULE
        }
    }
}
