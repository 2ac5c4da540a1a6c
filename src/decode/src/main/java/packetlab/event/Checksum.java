package packetlab.event;

/** What a transport checksum tells. Nothing is ever dropped because of one. */
public enum Checksum {
    GOOD("good"),
    BAD("bad"),
    /**
     * Left to hardware that the packet never met (as on the loopback interface, where the field holds the sum of the
     * pseudo-header at most), or not used by the sender (UDP over IPv4, RFC 768).
     */
    NOT_COMPUTED("not-computed");

    private final String wireName;

    Checksum(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
