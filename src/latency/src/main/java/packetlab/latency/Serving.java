package packetlab.latency;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import packetlab.os.SocketAddress;

/** Serves clients of other processes, or of other hosts, until it is closed. */
public final class Serving implements Closeable {
    private final Map<String, SocketAddress> addresses = new LinkedHashMap<>();
    private final List<Server> servers = new ArrayList<>();

    /**
     * Opens a server for each transport; those that TCP carries share one, and UDP has the same port.
     *
     * @param settings one for each transport
     * @param at       where; null for loopback and a free port, or an abstract name
     */
    public Serving(List<Setting> settings, SocketAddress at) throws IOException {
        SocketAddress tcp = null;
        SocketAddress internet = at;
        try {
            for (Setting setting : settings) {
                if (setting.transport() == Transport.RAW_ICMP) {
                    continue;           // the kernel answers by itself
                }
                if (setting.transport().isTcp() && tcp != null) {
                    addresses.put(setting.transport().word(), tcp);
                    continue;
                }
                boolean unix = setting.transport().isUnix();
                SocketAddress said = unix ? at : internet;
                SocketAddress where = said != null && unix == said instanceof SocketAddress.Unix ? said
                        : Link.usual(setting);
                Server server = Link.serve(setting, where, null, new Hindrance.StallLog());
                servers.add(server);
                addresses.put(setting.transport().word(), server.address());
                if (!unix && !setting.transport().isRaw()) {
                    internet = server.address();
                    tcp = setting.transport().isTcp() ? server.address() : tcp;
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where each transport is served. */
    public Map<String, SocketAddress> addresses() {
        return addresses;
    }

    /** What went wrong, in one line; null for nothing. */
    public String failure() {
        return servers.stream().map(Server::failure).filter(f -> f != null).findFirst().orElse(null);
    }

    @Override
    public void close() {
        servers.forEach(Server::close);
    }
}
