package packetlab.web;

/**
 * How a {@link ChatClient} is to be.
 *
 * @param name      its own: letters, digits, _ and -
 * @param room      where it hears and speaks
 * @param echo      whether it wants to hear what it says itself
 * @param pollMs    of HTTP polling: how long it waits after an answer before it asks again
 * @param patienceMs how long one answer to it may take, and the opening as a whole
 * @param trust     for https and wss; null for the JDK's own
 */
public record ClientOptions(String name, String room, boolean echo, int pollMs, int patienceMs, Trust trust) {
    public static ClientOptions named(String name) {
        return new ClientOptions(name, Hub.LOBBY, false, 1_000, 10_000, null);
    }

    public ClientOptions withRoom(String other) {
        return new ClientOptions(name, other, echo, pollMs, patienceMs, trust);
    }

    public ClientOptions withEcho(boolean on) {
        return new ClientOptions(name, room, on, pollMs, patienceMs, trust);
    }

    public ClientOptions withPollMs(int ms) {
        return new ClientOptions(name, room, echo, ms, patienceMs, trust);
    }

    public ClientOptions withTrust(Trust only) {
        return new ClientOptions(name, room, echo, pollMs, patienceMs, only);
    }

    /** As the address of every transport ends; what goes without saying is not said. */
    String query() {
        return "id=" + name + (room.equals(Hub.LOBBY) ? "" : "&room=" + room) + (echo ? "&echo=1" : "");
    }
}
