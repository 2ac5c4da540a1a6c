package packetlab.web;

import java.util.List;
import packetlab.sockets.Demo;
import packetlab.sockets.Stage;

/**
 * The demo {@code chat-web}: two people in a room, one of them over each transport in turn, the other over a WebSocket
 * all along. Its serving half is for browsers and other programs. What it needs is loaded when it is played.
 */
public final class ChatWeb implements Demo {
    private final List<Transport> transports;
    private final boolean tls;

    /** Over every transport, without TLS. */
    public ChatWeb() {
        this(Transport.all(), false);
    }

    /** @param transports that the conversation is played over, in that order */
    public ChatWeb(List<Transport> transports, boolean tls) {
        this.transports = List.copyOf(transports);
        this.tls = tls;
    }

    @Override
    public String name() {
        return "chat-web";
    }

    @Override
    public String description() {
        return "one chat over polling, streaming, SSE, WebSocket, SockJS, Socket.IO";
    }

    @Override
    public Wire wire() {
        return Wire.IP;         // TCP, but none of its calls is ours to count
    }

    @Override
    public boolean everyPacket() {
        return false;
    }

    @Override
    public boolean hasHalves() {
        return true;
    }

    @Override
    public String otherProgram(String host, int port) {
        return "a browser at " + (tls ? "https" : "http") + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + port + "/";
    }

    @Override
    public void run(Stage stage) throws Exception {
        new ChatWebPlay(stage, transports, tls).play();
    }
}
