package packetlab.wire;

/** Why a header could not be read, as a value: hostile input must not choose our exception rate. */
public enum Fault {
    NONE("no fault"),
    /** Shorter on the wire than its header: malformed. */
    TRUNCATED("shorter than its header"),
    /** Long enough on the wire, but the capture kept less. */
    CUT_BY_SNAPLEN("cut by the snap length"),
    LENGTH_TOO_SMALL("its length field is smaller than its header"),
    LENGTH_TOO_LARGE("its length field is larger than what carries it"),
    BAD_VERSION("its version field names another protocol"),
    BAD_OPTION("an option has an impossible length"),
    /** More nested headers than {@code Dissector} follows. */
    TOO_DEEP("too many headers inside one another");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    /** The fault in words, to follow the name of a protocol and a colon. */
    public String words() {
        return words;
    }
}
