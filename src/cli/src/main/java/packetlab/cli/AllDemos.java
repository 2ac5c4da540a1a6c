package packetlab.cli;

import java.util.ArrayList;
import java.util.List;
import packetlab.sockets.Demo;
import packetlab.sockets.Demos;
import packetlab.web.ChatWeb;

/** The demos of every module. */
final class AllDemos {
    private AllDemos() {}

    static List<Demo> all() {
        List<Demo> all = new ArrayList<>(Demos.all());
        all.add(new ChatWeb());
        return all;
    }

    /** The demo of that name, or null. */
    static Demo find(String name) {
        for (Demo demo : all()) {
            if (demo.name().equals(name)) {
                return demo;
            }
        }
        return null;
    }
}
