package packetlab.os;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network namespace of one's own: a machine with nothing but a loopback interface, in which an ordinary user may
 * capture, and where nobody is disturbed. A JVM cannot enter one (it has many threads), so a program runs itself again
 * inside, by a command that begins with {@link Attempt#command}. Each way is tried for real before it is proposed.
 */
public final class PrivateNamespace {
    /** System property of a program that was started inside; its value is the way. */
    public static final String INSIDE = "packetlab.namespace";

    /** How to get inside, in the order in which they are tried. */
    public enum Way {
        /** As root: {@code unshare --net}. */
        ROOT("as root"),
        /** A user namespace, in which the user has all rights over the private network, and none outside. */
        USER_NAMESPACE("no root needed"),
        /** sudo that asks for no password makes the namespace; the program itself runs as the user again. */
        SUDO("through sudo");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        /** In words that follow "in a private namespace". */
        public String words() {
            return words;
        }
    }

    /**
     * What came of trying one way.
     *
     * @param prefix   the words before a command that make it run inside; absolute paths only
     * @param obstacle why it does not work, in one clause; null where it works
     * @param remedy   the one command, for root, that makes it work; null where there is none or none is needed
     */
    public record Attempt(Way way, List<String> prefix, String obstacle, String remedy) {
        public boolean works() {
            return obstacle == null;
        }

        /** A command that runs {@code program} inside as this user; its first word must be an absolute path. */
        public List<String> command(List<String> program) {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(program);
            return command;
        }
    }

    private PrivateNamespace() {}

    /** Whether this program was started inside one. */
    public static boolean inside() {
        return System.getProperty(INSIDE) != null;
    }

    /** To be called first inside: lo begins down in a new namespace. */
    public static void prepare() throws OsException {
        Interfaces.raise("lo");
    }

    /** Tries one way after the other until one works; that is then the last of the list. */
    public static List<Attempt> search() throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        for (Way way : Way.values()) {
            if (way == Way.ROOT && User.current().uid() != 0) {
                continue;
            }
            if (way == Way.SUDO && User.current().uid() == 0) {
                continue;
            }
            Attempt attempt = attempt(way);
            attempts.add(attempt);
            if (attempt.works()) {
                break;
            }
        }
        return attempts;
    }

    /** In one line, what stood in the way of those that failed, each with its remedy. */
    public static String obstacles(List<Attempt> attempts) {
        return attempts.stream().filter(a -> !a.works())
                .map(a -> a.obstacle() + (a.remedy() == null ? "" : " (as root: " + a.remedy() + ")"))
                .collect(Collectors.joining("; "));
    }

    /** Tries one way: makes a namespace that ends at once. Takes some 10 ms. */
    public static Attempt attempt(Way way) throws IOException {
        String unshare = Programs.find("unshare");
        if (unshare == null) {
            return new Attempt(way, List.of(), "unshare(1) is missing", "apt-get install util-linux");
        }
        return switch (way) {
            case ROOT -> tryAsRoot(unshare);
            case USER_NAMESPACE -> tryUserNamespace(unshare);
            case SUDO -> trySudo(unshare);
        };
    }

    /**
     * Replaces this program by itself, inside; returns only by failing.
     *
     * @param attempt one that works
     */
    public static void runAgainInside(Attempt attempt) throws IOException {
        String marker = "-D" + INSIDE + "=" + attempt.way();
        SelfCommand.replaceBy(attempt.command(SelfCommand.again(List.of(marker))));
    }

    private static Attempt tryAsRoot(String unshare) throws IOException {
        List<String> prefix = List.of(unshare, "--net", "--");
        Programs.Outcome outcome = run(prefix, unshare);
        return outcome.status() == 0 ? new Attempt(Way.ROOT, prefix, null, null)
                : new Attempt(Way.ROOT, prefix, outcome.firstLine(), null);
    }

    private static Attempt tryUserNamespace(String unshare) throws IOException {
        // The user keeps the own number: files made inside have the right owner, and nothing believes that it is root.
        List<String> prefix = List.of(unshare, "--user", "--map-current-user", "--net", "--keep-caps", "--");
        Programs.Outcome outcome = run(prefix, unshare);
        if (outcome.status() == 0) {
            return new Attempt(Way.USER_NAMESPACE, prefix, null, null);
        }
        return NamespaceObstacle.explain(prefix, outcome);
    }

    private static Attempt trySudo(String unshare) throws IOException {
        String sudo = Programs.find("sudo");
        String setpriv = Programs.find("setpriv");
        String env = Programs.find("env");
        if (sudo == null || setpriv == null || env == null) {
            String missing = sudo == null ? "sudo" : setpriv == null ? "setpriv" : "env";
            return new Attempt(Way.SUDO, List.of(), missing + " is not installed", null);
        }
        User user = User.current();
        List<String> prefix = new ArrayList<>(List.of(sudo, "-n", "--", unshare, "--net", "--", setpriv,
                "--reuid=" + user.uid(), "--regid=" + user.gid(),
                user.groups().isEmpty() ? "--clear-groups" : "--groups=" + String.join(",", user.groups()),
                "--inh-caps=+net_raw,+net_admin", "--ambient-caps=+net_raw,+net_admin", "--", env));
        prefix.addAll(environment());
        Programs.Outcome outcome = Programs.run(concat(prefix, Programs.find("true")));
        return outcome.status() == 0 ? new Attempt(Way.SUDO, prefix, null, null)
                : new Attempt(Way.SUDO, prefix, outcome.firstLine(), null);
    }

    /**
     * Inside, a second namespace is made: that takes a right over the first, which AppArmor can withhold although the
     * process has it on paper.
     */
    private static Programs.Outcome run(List<String> prefix, String unshare) throws IOException {
        return Programs.run(concat(prefix, unshare, "--net", "--", Programs.find("true")));
    }

    /** What the program needs of the user's environment, which sudo does not pass on. */
    private static List<String> environment() {
        List<String> settings = new ArrayList<>();
        for (Map.Entry<String, String> e : new TreeMap<>(System.getenv()).entrySet()) {
            String name = e.getKey();
            if (List.of("HOME", "USER", "LOGNAME", "PATH", "TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LANG",
                    "LANGUAGE", "TMPDIR", "TZ", "JAVA_HOME").contains(name) || name.startsWith("LC_")
                    || name.startsWith("PACKETLAB_")) {
                settings.add(name + "=" + e.getValue());
            }
        }
        return settings;
    }

    private static List<String> concat(List<String> prefix, String... words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(words));
        return command;
    }
}
