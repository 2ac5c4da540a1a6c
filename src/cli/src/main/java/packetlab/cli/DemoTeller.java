package packetlab.cli;

import java.util.List;
import java.util.function.Consumer;
import packetlab.event.Event;
import packetlab.event.NoteEvent;
import packetlab.os.SocketAddress;
import packetlab.sockets.Demo;
import packetlab.sockets.Staging;

/** What a demo has to say beside its calls: notes among its events; where it serves and how far it is on stderr. */
final class DemoTeller {
    private static final int BAR = 40;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Main main;
    private final Demo demo;
    private final Staging staging;
    private final Consumer<Event> events;
    private int shownPercent = -1;

    DemoTeller(Main main, Demo demo, Staging staging, Consumer<Event> events) {
        this.main = main;
        this.staging = staging;
        this.demo = demo;
        this.events = events;
    }

    void note(NoteEvent note) {
        events.accept(note);
    }

    void serving(SocketAddress address) {
        String end = demo.servesOnce() ? ", once" : staging.clients() == 0 ? " until Ctrl-C"
                : ", " + staging.clients() + " to serve";
        String reachable = reachable(address);
        main.messages().print("serving on " + address + end, List.of(
                "in another terminal:   packetlab demo " + demo.name() + " --connect " + reachable,
                "or another program:    " + otherProgram(reachable)));
    }

    private String otherProgram(String reachable) {
        if (demo.family() == Demo.Family.UNIX) {
            return "nc -U " + reachable;
        }
        int colon = reachable.lastIndexOf(':');
        String host = reachable.substring(0, colon).replaceAll("[\\[\\]]", "");
        return demo.otherProgram(host, Integer.parseInt(reachable.substring(colon + 1)));
    }

    /** An address that stands for all of this machine's is reached through loopback. */
    private static String reachable(SocketAddress address) {
        if (address instanceof SocketAddress.Ipv4 v4 && v4.address() == 0) {
            return SocketAddress.loopback(v4.port()).toString();
        }
        if (address instanceof SocketAddress.Ipv6 v6 && v6.high() == 0 && v6.low() == 0) {
            return SocketAddress.loopback6(v6.port()).toString();
        }
        return address.toString();
    }

    synchronized void progress(long done, long total) {
        int percent = (int) (100 * done / Math.max(1, total));
        if (!main.console().errIsTerminal() || percent == shownPercent) {
            return;
        }
        shownPercent = percent;
        int full = BAR * percent / 100;
        main.console().err().print(ERASE_LINE + "[" + "#".repeat(full) + " ".repeat(BAR - full) + "] " + percent + " %"
                + (done >= total ? "\n" : ""));
        main.console().err().flush();
    }
}
