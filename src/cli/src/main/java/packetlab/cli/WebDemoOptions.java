package packetlab.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import packetlab.sockets.Demo;
import packetlab.web.ChatWeb;
import packetlab.web.Transport;
import packetlab.web.WebLog;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be said of the demo of the web alone. */
final class WebDemoOptions {
    /** Names for completion and for messages. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Transport.all().stream().map(Transport::id).iterator();
        }
    }

    @Option(names = "--transport", order = 24, split = ",", paramLabel = "NAME", completionCandidates = Names.class,
            description = "chat-web: only over this transport (repeatable): ${COMPLETION-CANDIDATES}")
    List<String> transports;

    @Option(names = "--tls", order = 25,
            description = "chat-web: https and wss, with a certificate made on the spot; the decode shows what TLS leaves to see")
    boolean tls;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /** The demo with these options, if it takes them. */
    Demo applyTo(Demo demo, boolean debug) {
        if (!(demo instanceof ChatWeb)) {
            if (tls || transports != null) {
                throw wrong((tls ? "--tls" : "--transport") + " is for the demo chat-web, not for " + demo.name());
            }
            return demo;
        }
        if (debug) {
            WebLog.show();
        }
        List<Transport> chosen = new ArrayList<>();
        for (String name : transports == null ? List.<String>of() : transports) {
            chosen.add(Transport.find(name).orElseThrow(() -> wrong("there is no transport " + name + "; there are: "
                    + String.join(", ", new Names()))));
        }
        return new ChatWeb(chosen.isEmpty() ? Transport.all() : chosen, tls);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
