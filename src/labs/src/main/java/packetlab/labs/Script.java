package packetlab.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import packetlab.rules.Impairments;
import packetlab.rules.RuleSet;
import packetlab.rules.RuleSyntaxException;

/**
 * What happens on the wire of one student: variables, the wire and its faults, and the steps of the actors, one after the
 * other. The language is described in the handbook page of each lab folder's {@code script.txt}: see {@code lab format}.
 */
final class Script {
    private static final int MAX_STEPS = 2_000, MAX_REPEATS = 200;

    private final long seed;
    private final Variables variables;
    private final List<Step> steps = new ArrayList<>();
    /** Source and text of each; its line is as far down as in the file. */
    private final List<String[]> rules = new ArrayList<>();
    private int mtu = 1500;
    private long delayNs;
    private long bitsPerSecond;
    private boolean received;
    private Step.Act firewall;
    private final List<Step.Act> selections = new ArrayList<>();

    private Script(long seed) {
        this.seed = seed;
        this.variables = new Variables(seed);
    }

    /** Reads it for one seed; what is wrong in it is found whatever the seed. */
    static Script read(String source, String text, long seed) throws LabSyntaxException {
        Script script = new Script(seed);
        script.block(Line.all(source, text), script.variables, new StepReader());
        if (script.steps.isEmpty()) {
            throw new LabSyntaxException(source, 0, "a step, such as 'listen S on port 8080'", null);
        }
        return script;
    }

    private void block(List<Line> lines, Variables scope, StepReader reader) throws LabSyntaxException {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i).again();
            if (line.takes("repeat")) {
                Line head = lines.get(i).filled(scope);
                head.require("repeat");
                int times = (int) head.number("how often", 1, MAX_REPEATS);
                head.require("as");
                String name = head.name("the counter's name");
                head.end();
                int end = endOf(lines, i);
                for (int n = 1; n <= times; n++) {
                    Variables inner = new Variables(scope);
                    inner.set(name, Integer.toString(n));
                    block(lines.subList(i + 1, end), inner, reader);
                }
                i = end;
                continue;
            }
            one(lines.get(i).filled(scope), scope, reader);
        }
    }

    private static int endOf(List<Line> lines, int repeat) throws LabSyntaxException {
        int depth = 0;
        for (int i = repeat; i < lines.size(); i++) {
            Line line = lines.get(i).again();
            if (line.takes("repeat")) {
                depth++;
            } else if (line.takes("end") && line.atEnd() && --depth == 0) {
                return i;
            }
        }
        throw new LabSyntaxException(lines.get(repeat).source(), lines.get(repeat).number(), "an 'end' for this 'repeat'",
                null);
    }

    private void one(Line line, Variables scope, StepReader reader) throws LabSyntaxException {
        if (line.takes("let")) {
            scope.define(line);
        } else if (line.takes("wire")) {
            wire(line);
        } else {
            Step step = reader.read(line);
            if (step instanceof Step.Act act) {
                place(act, line);
            } else if (!selections.isEmpty()) {
                throw new LabSyntaxException(line.source(), line.number(), "no step behind 'act " + selections.get(0).name()
                        + " filter': filters look at all that was recorded", null);
            } else {
                steps.add(step);
            }
            if (steps.size() > MAX_STEPS) {
                throw line.expected("no more than " + MAX_STEPS + " steps");
            }
        }
    }

    private void place(Step.Act act, Line line) throws LabSyntaxException {
        switch (act.kind()) {
            case SEND -> steps.add(act);
            case FILTER -> selections.add(act);
            case RULE -> {
                if (!steps.isEmpty() || firewall != null) {
                    throw new LabSyntaxException(line.source(), line.number(), "one 'act NAME rule', in front of all other steps: "
                            + "they are played through the rules", null);
                }
                firewall = act;
            }
        }
    }

    private void wire(Line line) throws LabSyntaxException {
        if (line.takes("mtu")) {
            mtu = (int) line.number("octets", 576, 9000);
        } else if (line.takes("delay")) {
            delayNs = line.number("milliseconds", 0, 2_000) * 1_000_000;
        } else if (line.takes("rate")) {
            bitsPerSecond = line.number("kbit/s", 8, 10_000_000) * 1_000;
        } else if (line.takes("shows")) {
            if (line.takes("received")) {
                received = true;
            } else {
                line.require("sent");
            }
        } else if (line.takes("rule")) {
            String rule = line.rest();
            try {
                String[] one = {line.source(), "\n".repeat(line.number() - 1) + rule};
                new RuleSet().add(one[0], one[1]);
                rules.add(one);
            } catch (RuleSyntaxException e) {
                throw new LabSyntaxException(line.source(), line.number(), e.expected(), rule);
            }
        } else {
            throw line.expected("'mtu', 'delay', 'rate', 'shows' or 'rule'");
        }
        line.end();
    }

    List<Step> steps() {
        return steps;
    }

    /** The student's rules come first. */
    RuleSet rules(List<String> students) throws RuleSyntaxException {
        RuleSet all = new RuleSet();
        for (int i = 0; i < students.size(); i++) {
            all.add("rule", "\n".repeat(i) + students.get(i));
        }
        for (String[] rule : rules) {
            all.add(rule[0], rule[1]);
        }
        return all;
    }

    /** The act whose rules everything is played through, or null. */
    Step.Act firewall() {
        return firewall;
    }

    /** Acts that come when all is recorded. */
    List<Step.Act> selections() {
        return selections;
    }

    /** All acts, in the order in which they come. */
    List<Step.Act> acts() {
        List<Step.Act> acts = new ArrayList<>();
        if (firewall != null) {
            acts.add(firewall);
        }
        steps.stream().filter(Step.Act.class::isInstance).forEach(step -> acts.add((Step.Act) step));
        acts.addAll(selections);
        return acts;
    }

    Impairments faults() {
        return new Impairments(delayNs, 0, 0, 0, 0, 0, false, bitsPerSecond, Impairments.DEFAULT_QUEUE, null);
    }

    int mtu() {
        return mtu;
    }

    long seed() {
        return seed;
    }

    /** Whether the capture is the receivers', which lacks what was lost on the way. */
    boolean showsReceived() {
        return received;
    }

    Variables variables() {
        return variables;
    }

    Map<String, String> values() {
        return variables.values();
    }
}
