package packetlab.web;

import java.util.function.UnaryOperator;

/** One client in one room, whatever its transport. */
final class Member {
    /** Ends the connection under it; may block, and is never called under a lock. */
    interface Ending {
        void end(Departure why);
    }

    /** Why the server parts with a client. */
    enum Departure {
        TOO_SLOW("it does not read as fast as it is sent to"),
        SILENT("it does not answer any more"),
        BROKEN("it could not be sent to"),
        SERVER_ENDS("the server ends");

        private final String words;

        Departure(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final String room;
    private final Transport transport;
    private final boolean hearsItself;
    private final Ending ending;
    private final Outbox outbox;
    private final UnaryOperator<Message> dress;

    Member(String room, Transport transport, boolean hearsItself, Ending ending, Outbox outbox,
            UnaryOperator<Message> dress) {
        this.room = room;
        this.transport = transport;
        this.hearsItself = hearsItself;
        this.ending = ending;
        this.outbox = outbox;
        this.dress = dress;
    }

    /** Whether there was room for it. */
    boolean offer(Message message) {
        return outbox.offer(dress == null ? message : dress.apply(message));
    }

    /** Whether others use its outbox, too: then it does not end with this membership. */
    boolean sharesOutbox() {
        return dress != null;
    }

    String room() {
        return room;
    }

    Transport transport() {
        return transport;
    }

    boolean hearsItself() {
        return hearsItself;
    }

    Outbox outbox() {
        return outbox;
    }

    void end(Departure why) {
        ending.end(why);
    }
}
