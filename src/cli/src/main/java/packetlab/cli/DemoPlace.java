package packetlab.cli;

import java.io.IOException;
import java.util.List;
import packetlab.os.CaptureRight;
import packetlab.os.PermissionException;
import packetlab.os.RingOptions;
import packetlab.os.SocketAddress;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;

/** Where a demo plays: on this machine's own network where this user may capture there, or in a private namespace. */
final class DemoPlace {
    private static final String LOOPBACK = CapturePlace.LOOPBACK, ALL_INTERFACES = "any";

    private final Main main;
    private final Demo demo;
    private final Staging staging;
    private final BackendOptions backend;
    private final CapturePlace place;

    DemoPlace(Main main, Demo demo, Staging staging, BackendOptions backend) {
        this.main = main;
        this.demo = demo;
        this.staging = staging;
        this.backend = backend;
        this.place = new CapturePlace(main.messages(), backend);
    }

    /** Finds the place to play at; whether this user may capture there. */
    boolean settle() throws IOException {
        if (staging.half() == Staging.Half.BOTH) {
            place.settle(demo.needsPrivateNetwork() ? "the demo " + demo.name() + " needs a network of its own" : null);
            return true;
        }
        try {
            if (!place.isGranted()) {
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

    /** Where the demo's packets pass: on loopback, unless the user has named another address. */
    private String device() {
        SocketAddress address = staging.address();
        boolean local = address == null || address instanceof SocketAddress.Ipv4 v4 && v4.address() >>> 24 == 127
                || address instanceof SocketAddress.Ipv6 v6 && v6.high() == 0 && v6.low() == 1;
        return address == null ? demo.device() : local ? LOOPBACK : ALL_INTERFACES;
    }

    /** Where the demo runs, in words. */
    String words() {
        return CapturePlace.words(device());
    }
}
