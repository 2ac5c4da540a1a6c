package packetlab.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules in order: the first that is about a packet decides. What no rule is about passes, or goes the way that
 * {@code default} names.
 */
public final class RuleSet {
    /** Each packet is held against all of them. */
    public static final int MAX_RULES = 10_000;
    static final String DEFAULT_LABEL = "default";

    private final List<Rule> rules = new ArrayList<>();
    private Action byDefault = Action.ALLOW;
    private String defaultLabel = DEFAULT_LABEL;
    private long defaultPackets;
    private long defaultBytes;
    private boolean defaultNamed;

    /**
     * Reads rules, one a line; {@code #} begins a comment.
     *
     * @param source what errors call it, such as a file's name
     */
    public RuleSet add(String source, String text) throws RuleSyntaxException {
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            RuleWords words = new RuleWords(source, number, line);
            if (words.atEnd()) {
                continue;
            }
            if (rules.size() == MAX_RULES) {
                throw words.expected("no more than " + MAX_RULES + " rules");
            }
            new RuleParser(words, this).parse();
        }
        return this;
    }

    void add(Rule rule) {
        rules.add(rule);
    }

    int size() {
        return rules.size();
    }

    void byDefault(Action action, String label) {
        byDefault = action;
        defaultLabel = label;
        defaultNamed = true;
    }

    public List<Rule> rules() {
        return List.copyOf(rules);
    }

    public boolean isEmpty() {
        return rules.isEmpty() && !defaultNamed;
    }

    /** Whether any rule asks about WebSocket messages. */
    public boolean aboutWebSockets() {
        return rules.stream().anyMatch(r -> r.aboutWebSocket);
    }

    /** What becomes of packets that no rule is about: ALLOW, DROP or REJECT. */
    public Action byDefault() {
        return byDefault;
    }

    public String defaultLabel() {
        return defaultLabel;
    }

    /** Packets that no rule was about. */
    public long defaultPackets() {
        return defaultPackets;
    }

    public long defaultBytes() {
        return defaultBytes;
    }

    /** The rule that decides about the packet, or null. Ask once of each packet. */
    Rule find(PacketFacts p, Chance dice) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.matches(p, dice)) {
                rule.took(p);
                return rule;
            }
        }
        defaultPackets++;
        defaultBytes += p.wireLength();
        return null;
    }
}
