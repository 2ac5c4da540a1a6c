package packetlab.rules;

/** What a rule does with the packets that it is about. */
public enum Action {
    ALLOW("allow"),
    /** Lets it vanish. */
    DROP("drop"),
    /** Lets it vanish and tells its sender: a reset for TCP, an ICMP error for the rest. */
    REJECT("reject"),
    DELAY("delay"),
    DUPLICATE("duplicate"),
    CORRUPT("corrupt"),
    /** Lets two packets change places. */
    SWAP("swap");

    private final String word;

    Action(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
