package packetlab.sockets;

import static packetlab.os.Sockets.SOCK_DGRAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import packetlab.event.Side;
import packetlab.os.AddressBuffer;
import packetlab.os.SocketAddress;

/**
 * Many small devices report to one collector. Datagrams fit: no connection to set up and to keep for each device, a
 * report is one packet, and a lost one is followed by the next. To look at: one socket of the collector serves all, and
 * recvfrom() says whose report it is; each device has its own port.
 */
final class Sensors extends Pair {
    private static final int DEVICES = 12, REPORTS = 3;
    private static final int MAX_DEVICES = 1_000, MAX_REPORT = 64;

    Sensors() {
        super("sensors", Family.DATAGRAM, Wire.UDP, "many small devices report to one collector");
    }

    @Override
    public int clients() {
        return DEVICES * REPORTS;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int socket = server.socket(stage.at().family(), SOCK_DGRAM, 0);
        server.bind(socket, stage.at());
        server.setTimeout(socket, SO_RCVTIMEO, stage.patienceMs());
        stage.serving(server.getsockname(socket));
        Map<SocketAddress, Integer> reports = new HashMap<>();
        ByteBuffer report = ByteBuffer.allocateDirect(MAX_REPORT);
        AddressBuffer device = new AddressBuffer();
        int received = 0;
        int refused = 0;
        for (; stage.expects(received); received++) {
            server.recvfrom(socket, report.clear(), device);
            if (reports.size() < MAX_DEVICES || reports.containsKey(device.get())) {
                reports.merge(device.get(), 1, Integer::sum);
            } else {
                refused++;                                          // whoever sends from ever new ports gets no more room
            }
        }
        server.close(socket);
        stage.say(Side.SERVER, received + " reports from " + reports.size() + " devices through one socket"
                + (refused > 0 ? ", " + refused + " of more devices than " + MAX_DEVICES : ""));
    }

    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int[] devices = new int[DEVICES];
        for (int i = 0; i < DEVICES; i++) {
            devices[i] = client.socket(server.family(), SOCK_DGRAM, 0);
        }
        for (int round = 0; round < REPORTS; round++) {
            for (int i = 0; i < DEVICES; i++) {
                client.sendto(devices[i], Octets.of("sensor " + i + ": " + (180 + 7 * i + round) / 10.0 + " C"), server);
            }
        }
        for (int device : devices) {
            client.close(device);
        }
    }
}
