package packetlab.event;

/** One end of a connection: the client opened it. */
public enum Side {
    CLIENT("client"),
    SERVER("server");

    private final String wireName;

    Side(String wireName) {
        this.wireName = wireName;
    }

    public Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }

    public String wireName() {
        return wireName;
    }
}
