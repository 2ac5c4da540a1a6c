package packetlab.timeline;

import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.Side;

/** What is known of one socket of the run, as its calls go by. */
final class Sock {
    final long id;
    CallEvent.Transport transport = CallEvent.Transport.OTHER;
    String local;
    String peer;
    /** Its first call was seen: octets can be counted. */
    boolean begun;
    /** The connection, where one was found; null otherwise. */
    Conn conn;
    /** The end of {@link #conn} that this is. */
    Side side;
    /** The other end of a Unix-domain connection. */
    Sock other;
    /** Two connects came at once, and nothing tells which of them an accept returned. */
    boolean pairingUnknown;
    /** Octets that calls sent and received so far. */
    long sent;
    long received;
    /** When the last calls returned that sent or received; a call of another thread that was entered before that overlaps. */
    final Returns sendReturns = new Returns();
    final Returns receiveReturns = new Returns();
    /** Stamp of the last datagram that was returned, as far as that was found without its stamp. */
    long takenNs = Event.NO_TIME;
    /** Shut down for sending or closed: the call that the FIN is due to. */
    CallEvent endsSending;
    /** Sends whose place is known, in order of it, for the calls that receive at the other end. */
    final Sends sends = new Sends();

    Sock(long id) {
        this.id = id;
    }

    void learn(CallEvent.Socket socket) {
        transport = socket.transport();
        local = socket.local() == null ? local : Ends.normal(socket.local());
        peer = socket.peer() == null ? peer : Ends.normal(socket.peer());
    }

    boolean isStream() {
        return transport == CallEvent.Transport.TCP || transport == CallEvent.Transport.UNIX_STREAM;
    }
}
