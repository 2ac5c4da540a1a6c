package packetlab.sockets;

import packetlab.os.SocketAddress;

/**
 * A demo of two programs that find each other by an address. Played at once, the first to speak waits for the other to
 * listen; played apart, each is a program of its own, whose peer may be any other program.
 */
public abstract class Pair implements Demo {
    private final String name;
    private final Family family;
    private final Wire wire;
    private final String description;

    Pair(String name, Family family, Wire wire, String description) {
        this.name = name;
        this.family = family;
        this.wire = wire;
        this.description = description;
    }

    /** The half that waits: binds to {@link Stage#at} and says so by {@link Stage#serving}. */
    abstract void serve(Stage stage) throws Exception;

    /** The half that speaks first. */
    abstract void connect(Stage stage, SocketAddress server) throws Exception;

    /** How many clients, or datagrams, the serving half expects of the other one. */
    public int clients() {
        return 1;
    }

    /** Packets that are captured beside those of its port, as a capture filter; null for none. */
    String alsoCaptured() {
        return null;
    }

    /** Which packets are its own where it serves at that address, as a capture filter. */
    final String filter(SocketAddress address) {
        String protocol = switch (wire) {
            case TCP -> "tcp ";
            case UDP -> "udp ";
            default -> "";
        };
        return protocol + "port " + Stage.port(address) + (alsoCaptured() == null ? "" : " or " + alsoCaptured());
    }

    @Override
    public final boolean hasHalves() {
        return true;
    }

    @Override
    public final void run(Stage stage) throws Exception {
        stage.play(this);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Family family() {
        return family;
    }

    @Override
    public final Wire wire() {
        return wire;
    }

    @Override
    public final String description() {
        return description;
    }
}
