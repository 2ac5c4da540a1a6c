package packetlab.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds out which switch of this machine forbids unprivileged user and network namespaces. */
final class NamespaceObstacle {
    private NamespaceObstacle() {}

    /**
     * @param prefix  what was tried
     * @param outcome how it failed
     */
    static PrivateNamespace.Attempt explain(List<String> prefix, Programs.Outcome outcome) throws IOException {
        return explain(Sysctl.ROOT, User.current().filtered(), prefix, outcome);
    }

    static PrivateNamespace.Attempt explain(Path sysctl, boolean filtered, List<String> prefix,
                                            Programs.Outcome outcome) {
        String said = outcome.firstLine();
        if (!Files.exists(sysctl.resolve("user/max_user_namespaces"))) {
            return refused(prefix, "this kernel has no user namespaces (CONFIG_USER_NS)", null);
        }
        for (String limit : List.of("user/max_user_namespaces", "user/max_net_namespaces")) {
            if ("0".equals(Sysctl.read(sysctl, limit))) {
                return bySwitch(prefix, limit, "0", "15000");
            }
        }
        if ("0".equals(Sysctl.read(sysctl, "kernel/unprivileged_userns_clone"))) {
            return bySwitch(prefix, "kernel/unprivileged_userns_clone", "0", "1");
        }
        if ("1".equals(Sysctl.read(sysctl, "kernel/apparmor_restrict_unprivileged_userns"))) {
            return bySwitch(prefix, "kernel/apparmor_restrict_unprivileged_userns", "1", "0");
        }
        if (said.contains("unrecognized option") || said.contains("invalid option")) {
            return refused(prefix, "unshare(1) is too old: " + said, "apt-get install util-linux");
        }
        if (said.contains("No space left")) {
            return refused(prefix, "too many user namespaces, or nested too deeply (user.max_user_namespaces = "
                    + Sysctl.read(sysctl, "user/max_user_namespaces") + ")", null);
        }
        if (filtered) {
            return refused(prefix, "a seccomp filter forbids namespaces, as in containers: " + said,
                    "docker run --cap-add NET_RAW --cap-add NET_ADMIN ... (or --security-opt seccomp=unconfined)");
        }
        return refused(prefix, said, null);
    }

    private static PrivateNamespace.Attempt bySwitch(List<String> prefix, String key, String value, String wanted) {
        String name = key.replace('/', '.');
        return refused(prefix, "user namespaces are forbidden by " + name + " = " + value,
                "sysctl -w " + name + "=" + wanted);
    }

    private static PrivateNamespace.Attempt refused(List<String> prefix, String obstacle, String remedy) {
        return new PrivateNamespace.Attempt(PrivateNamespace.Way.USER_NAMESPACE, prefix, obstacle, remedy);
    }
}
