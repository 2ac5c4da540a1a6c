package packetlab.rules;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one rule: an action, then words that say which packets, in any order, each narrowing the choice.
 * <pre>
 * drop the 3rd data segment of the client           swap the 2nd and 3rd data segment of the server
 * delay the server's SYN/ACK by 200ms               drop 5% of retransmissions of stream 2
 * allow established                                 deny log tcp new from 10.0.0.0/8 to port 22, 23
 * reject ws text messages longer than 1000          default deny
 * </pre>
 */
final class RuleParser {
    static final String ACTIONS =
            "an action: allow, deny (drop), reject, delay, duplicate, corrupt, swap, or default";

    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s)");
    private static final long MAX_DELAY_NS = 60_000_000_000L;
    private static final int MAX_COPIES = 100;

    /** What a rule is made of, before it is one. */
    static final class Parts {
        boolean logs;
        long delayNs;
        int copies = 1;
        boolean mends;
        boolean aboutWebSocket;
        double chance = 1;
        final Ordinals ordinals = new Ordinals();
        Condition condition = p -> true;
    }

    private final RuleWords words;
    private final RuleSet rules;
    private final Parts parts = new Parts();

    RuleParser(RuleWords words, RuleSet rules) {
        this.words = words;
        this.rules = rules;
    }

    void parse() throws RuleSyntaxException {
        if (words.takeIf("default")) {
            Action action = action();
            if (action.compareTo(Action.REJECT) > 0) {
                words.back();
                throw words.expected("allow, deny or reject");
            }
            if (!words.atEnd()) {
                throw words.expected("the end of the line");
            }
            rules.byDefault(action, words.label());
            return;
        }
        Action action = action();
        parts.logs = words.takeIf("log");
        if (action == Action.DELAY && TIME.matcher(words.peek()).matches()) {
            parts.delayNs = time();
        }
        Selectors selectors = new Selectors(words, parts);
        while (!words.atEnd()) {
            boolean timed = action == Action.DELAY && !words.peekSecond().matches("the|client|server|port");
            if (timed && words.takeIf("by", "for")) {
                parts.delayNs = time();
            } else if (action == Action.DUPLICATE && (words.peekSecond().equals("times") || words.peek().equals("twice"))) {
                parts.copies = times();
            } else if (action == Action.CORRUPT && words.takeIf("mended", "mending")) {
                parts.mends = true;
            } else {
                selectors.next();
            }
        }
        selectors.finish();
        check(action);
        rules.add(new Rule(action, words.label(), rules.size(), parts));
    }

    private void check(Action action) throws RuleSyntaxException {
        if (action == Action.DELAY && parts.delayNs == 0) {
            throw words.expected("how long, such as 'by 20ms'");
        }
        if (action == Action.SWAP) {
            long[] two = parts.ordinals.singles();
            if (two == null || two.length != 2 || two[0] >= two[1]) {
                throw words.expected("which two, such as 'the 2nd and 3rd data segment of the client'");
            }
        }
    }

    private Action action() throws RuleSyntaxException {
        String word = words.peek();
        Action action = switch (word) {
            case "allow", "accept", "pass" -> Action.ALLOW;
            case "deny", "drop", "lose" -> Action.DROP;
            case "reject", "reset" -> Action.REJECT;
            case "delay" -> Action.DELAY;
            case "duplicate" -> Action.DUPLICATE;
            case "corrupt" -> Action.CORRUPT;
            case "swap" -> Action.SWAP;
            default -> throw words.expected(ACTIONS);
        };
        words.take();
        return action;
    }

    private long time() throws RuleSyntaxException {
        Matcher time = TIME.matcher(words.peek());
        if (!time.matches()) {
            throw words.expected("a time such as 20ms");
        }
        double unit = switch (time.group(2)) {
            case "us" -> 1e3;
            case "ms" -> 1e6;
            default -> 1e9;
        };
        long ns = Math.round(Double.parseDouble(time.group(1)) * unit);
        if (ns < 1 || ns > MAX_DELAY_NS) {
            throw words.expected("a time of more than 0 and at most 60s");
        }
        words.take();
        return ns;
    }

    private int times() throws RuleSyntaxException {
        if (words.takeIf("twice")) {
            return 1;
        }
        String number = words.peek();
        if (!number.matches("\\d{1,3}") || Integer.parseInt(number) < 2 || Integer.parseInt(number) > MAX_COPIES) {
            throw words.expected("how often it comes out, from 2 to " + MAX_COPIES);
        }
        words.take();
        words.take();
        return Integer.parseInt(number) - 1;
    }

    /** Words that only make a rule read well. */
    static final List<String> FILLING = List.of("the", "a", "an", "of", "all", "any", "packet", "packets", "segment",
            "segments", "datagram", "datagrams", "with", "that", "is", "are", "side", "everything", "in", "state",
            "connections", "message", "messages", "and");
}
