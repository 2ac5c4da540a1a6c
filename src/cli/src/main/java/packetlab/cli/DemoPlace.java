package packetlab.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import packetlab.os.CaptureGrant;
import packetlab.os.CaptureRight;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;
import packetlab.os.RingOptions;
import packetlab.os.SocketAddress;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;

/** Where a demo plays: on this machine's own network where this user may capture there, or in a private namespace. */
final class DemoPlace {
    private static final String LOOPBACK = "lo", ALL_INTERFACES = "any";

    private final Main main;
    private final Demo demo;
    private final Staging staging;
    private final BackendOptions backend;

    DemoPlace(Main main, Demo demo, Staging staging, BackendOptions backend) {
        this.main = main;
        this.demo = demo;
        this.staging = staging;
        this.backend = backend;
    }

    /** Finds the place to play at; whether this user may capture there. */
    boolean settle() throws IOException {
        if (staging.half() == Staging.Half.BOTH) {
            goWhereCaptureIsAllowed();
            return true;
        }
        try {
            if (!isGranted()) {
                CaptureRight.require(device());     // the other half is outside: no private namespace would do
            }
            LiveCapture.open(backend, options()).close();
            return true;
        } catch (PermissionException e) {
            main.messages().print(e.what() + "; the calls alone are shown",
                    e.grant() == null ? List.of() : List.of("once, as root:   " + e.grant()));
            return false;
        } catch (Failure e) {
            main.messages().print(e.getMessage() + "; the calls alone are shown", List.of());
            return false;
        }
    }

    /** What captures there, the filter apart. */
    RingOptions options() {
        return backend.applyTo(RingOptions.on(device()));
    }

    private boolean isGranted() throws IOException {
        return CaptureGrant.usable() && backend.backend() != BackendOptions.Backend.libpcap;
    }

    /** Where the demo's packets pass: on loopback, unless the user has named another address. */
    private String device() {
        SocketAddress address = staging.address();
        boolean local = address == null || address instanceof SocketAddress.Ipv4 v4 && v4.address() >>> 24 == 127
                || address instanceof SocketAddress.Ipv6 v6 && v6.high() == 0 && v6.low() == 1;
        return address == null ? demo.device() : local ? LOOPBACK : ALL_INTERFACES;
    }

    /** Comes back where this process may capture; runs the program again elsewhere where it may not. */
    private void goWhereCaptureIsAllowed() throws IOException {
        if (PrivateNamespace.inside()) {
            PrivateNamespace.prepare();
            return;
        }
        PermissionException missing;
        try {
            if (!isGranted()) {
                CaptureRight.require(LOOPBACK);
            }
            if (!demo.needsPrivateNetwork()) {
                return;
            }
            missing = null;
        } catch (PermissionException e) {
            missing = e;
        }
        List<PrivateNamespace.Attempt> attempts = PrivateNamespace.search();
        PrivateNamespace.Attempt last = attempts.get(attempts.size() - 1);
        if (!last.works()) {
            throw nowhere(missing == null ? "the demo " + demo.name() + " needs a network of its own" : missing.what(),
                    missing, attempts);
        }
        for (PrivateNamespace.Attempt failed : attempts.subList(0, attempts.size() - 1)) {
            main.messages().print(failed.obstacle() + "; going on " + last.way().words(),
                    remedy(failed, "or, as root:"));
        }
        PrivateNamespace.runAgainInside(last);
    }

    static Failure nowhere(String what, PermissionException missing,
                                   List<PrivateNamespace.Attempt> attempts) {
        List<String> hints = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (PrivateNamespace.Attempt attempt : attempts) {
            hints.add("no private namespace, " + attempt.way().words() + ": " + attempt.obstacle());
            remedies.addAll(remedy(attempt, "or, as root:    "));
        }
        if (missing != null && missing.grant() != null) {
            hints.add("once, as root:   " + missing.grant());
        }
        hints.addAll(remedies);
        return Failure.notPermitted(what, hints, missing);
    }

    private static List<String> remedy(PrivateNamespace.Attempt attempt, String words) {
        return attempt.remedy() == null ? List.of() : List.of(words + " " + attempt.remedy());
    }

    /** Where the demo runs, in words. */
    String words() {
        String way = System.getProperty(PrivateNamespace.INSIDE);
        return way == null ? device()
                : device() + " in a private namespace (" + PrivateNamespace.Way.valueOf(way).words() + ")";
    }
}
