package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import packetlab.os.OsException;
import packetlab.os.RawSender;
import packetlab.os.Wire;
import packetlab.os.WireBridge;
import packetlab.rules.Rule;
import packetlab.rules.RuleSet;
import packetlab.rules.RuleSyntaxException;

/**
 * The student's part of an interactive lab, one {@link Step.Act} after the other: says what is expected, takes lines, does
 * what they say, and keeps them, so that the same can be done again ({@code lab start --acts}) and a teacher can read it.
 * One thread at a time. Loads native code.
 */
public final class Acts {
    private static final int MOST_LINES = 1_000;
    private static final long QUIET_NS = 200_000_000, LONGEST_QUIET_NS = 3_000_000_000L;
    private static final List<String> ENDS = List.of("done", "끝"), HELPS = List.of("help", "?", "도움"),
            TRIES = List.of("try", "시험"), CLEARS = List.of("clear", "지움");

    private final Acting acting;
    private final Lab lab;
    private final Script script;
    private final String language;
    private final LabText text;
    private final List<String> log = new ArrayList<>();
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final List<String> rules = new ArrayList<>();
    private Step.Act shown;
    private final Set<Step.Act.Kind> explained = EnumSet.noneOf(Step.Act.Kind.class);
    private int lines;
    private boolean ended;
    /** Whether the rules are as they are to be. */
    private boolean finished;

    public Acts(Acting acting, Lab lab, long seed, String language) throws LabSyntaxException {
        this.acting = acting;
        this.lab = lab;
        this.script = lab.script(seed);
        this.language = language;
        this.text = lab.text(language);
    }

    boolean isInteractive() {
        return !script.acts().isEmpty();
    }

    Acting acting() {
        return acting;
    }

    /** What was done, to be read and to be done again. */
    String log() {
        StringBuilder out = new StringBuilder("# What was done in " + lab.name() + "; packetlab lab start --acts does it again.\n");
        log.forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    /** The last filter of each act, by the question of the same name. */
    Map<String, String> answers() {
        return answers;
    }

    private void begin(Step.Act act) throws IOException {
        if (shown == act) {
            return;
        }
        shown = act;
        log.add("");
        log.add("# " + act.name());
        if (ended) {
            return;
        }
        describe(act, explained.add(act.kind()));
    }

    /** Says what it is about, before anything happens. */
    void open() throws IOException {
        if (isInteractive()) {
            acting.say(text.title() + "\n\n" + part("story"));
        }
    }

    private String part(String name) throws IOException {
        try {
            return text.part(name, script.variables());
        } catch (LabSyntaxException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** @param explains whether also how it is done */
    private void describe(Step.Act act, boolean explains) throws IOException {
        acting.say("\n" + part("act " + act.name()));
        if (!explains) {
            return;
        }
        String how = switch (act.kind()) {
            case SEND -> Phrase.ACT_HOW_SEND.in(language);
            case FILTER -> Phrase.ACT_HOW_FILTER.in(language);
            case RULE -> Phrase.ACT_HOW_RULE.in(language);
        };
        acting.say("\n" + how);
        if (act.kind() == Step.Act.Kind.SEND) {
            acting.say(Phrase.ACT_SECOND_TERMINAL.in(language, acting.doorway()));
        }
    }

    /** The next line that says something to do; null where the act is over. */
    private String next(Step.Act act) throws IOException {
        while (!ended) {
            String line = acting.line(act.kind().name().toLowerCase(java.util.Locale.ROOT) + "> ");
            if (line == null) {
                ended = true;
                break;
            }
            if (line.length() > Acting.LONGEST_LINE) {
                acting.say(Phrase.ACT_TOO_LONG.in(language, Acting.LONGEST_LINE));
                continue;
            }
            String said = line.strip();
            if (said.isEmpty() || said.startsWith("#")) {
                continue;
            }
            if (++lines > MOST_LINES) {
                acting.say(Phrase.ACT_TOO_MANY.in(language, MOST_LINES));
                ended = true;
                break;
            }
            if (ENDS.contains(said)) {
                break;
            }
            if (!HELPS.contains(said)) {
                return said;
            }
            describe(act, true);
        }
        if (!log.isEmpty() && !log.get(log.size() - 1).equals("done")) {
            log.add("done");
        }
        return null;
    }

    /** Sends packets from the near host; what comes of them the bridge shows. */
    void send(Step.Act act, WireBridge bridge) throws IOException {
        awaitQuiet(bridge);
        begin(act);
        try (RawSender sender = new RawSender(Wire.NEAR)) {
            for (String line = next(act); line != null; line = next(act)) {
                try {
                    ByteBuffer packet = acting.packet(line, Wire.NEAR_ADDRESS);
                    sender.sendPacket(packet);
                    log.add(line);
                } catch (Acting.CannotException | OsException e) {
                    acting.say(Texts.cut(e.getMessage(), 400));
                }
                awaitQuiet(bridge);
            }
        }
    }

    private static void awaitQuiet(WireBridge bridge) throws IOException {
        long until = System.nanoTime() + LONGEST_QUIET_NS;
        try {
            do {
                Thread.sleep(50);
            } while (!bridge.isIdleFor(QUIET_NS) && System.nanoTime() < until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Holds filters against what was recorded. */
    void filter(Step.Act act, Path capture) throws IOException {
        begin(act);
        Selection selection = new Selection(capture);
        for (String line = next(act); line != null; line = next(act)) {
            try {
                List<Long> frames = selection.frames(line);
                selection.show(frames, acting.screen(), acting.unicode());
                acting.say(frames.isEmpty() ? Phrase.ACT_SELECTED_NONE.in(language, selection.packets())
                        : Phrase.ACT_SELECTED.in(language, frames.size(), selection.packets(), Selection.words(frames, language)));
                log.add(line);
                answers.put(act.name(), line);
            } catch (Selection.CannotException e) {
                acting.say(Texts.cut(e.getMessage(), 400));
            }
        }
    }

    /**
     * Takes rules until they are to be tried.
     *
     * @return all rules so far, in the order in which they count; null where the student is done
     */
    List<String> rules(Step.Act act) throws IOException {
        if (finished) {
            return null;
        }
        begin(act);
        boolean untried = false;
        for (String line = next(act); line != null; line = next(act)) {
            if (TRIES.contains(line)) {
                log.add("try");
                return tried();
            }
            if (CLEARS.contains(line)) {
                rules.clear();
                log.add("clear");
                acting.say(Phrase.ACT_NO_RULES.in(language));
                untried = false;
                continue;
            }
            try {
                new RuleSet().add("rule", line);
                rules.add(line);
                log.add(line);
                untried = true;
            } catch (RuleSyntaxException e) {
                acting.say(Texts.cut(e.getMessage().replaceFirst("^rule:1:[0-9]+: ", ""), 400));
            }
        }
        finished = true;
        return untried ? tried() : null;
    }

    private List<String> tried() throws IOException {
        acting.say(rules.isEmpty() ? Phrase.ACT_NO_RULES.in(language) : Phrase.ACT_RULES.in(language, String.join(" · ", rules)));
        return List.copyOf(rules);
    }

    /** What each rule came to, after they were tried. */
    void tell(RuleSet used) throws IOException {
        for (Rule rule : used.rules()) {
            acting.say("  " + Phrase.ACT_RULE_TOOK.in(language, rule.packets(), rule.label()));
        }
        if (!ended && !finished) {
            acting.say(Phrase.ACT_AGAIN.in(language));
        }
    }

    void cannotTryAgain(IOException why) throws IOException {
        ended = true;
        acting.say(Phrase.ACT_AGAIN_NOT.in(language, why.getMessage()));
    }
}
