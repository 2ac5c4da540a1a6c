package packetlab.labs;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import packetlab.os.Wire;

/**
 * Plays the steps of a script with real sockets: clients on the near host of the wire, servers on the far one. One thread,
 * and one more for each send that the script does not wait for. Whatever does not come within {@link #PATIENCE_MS} is an
 * error that names its line.
 */
final class Player implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final String source;
    private final InetAddress near;
    private final InetAddress far;
    private final Map<String, ServerSocket> servers = new LinkedHashMap<>();
    private final Map<String, Socket> ends = new LinkedHashMap<>();
    private final Map<String, String> peers = new LinkedHashMap<>();
    private final Map<String, DatagramSocket> datagrams = new LinkedHashMap<>();
    private final List<Thread> behind = new ArrayList<>();
    private final Services services;
    private final Turn turn;
    private volatile IOException failure;

    /** The student's turn. */
    interface Turn {
        void take(Step.Act act) throws IOException;
    }

    Player(String source, Turn turn) throws IOException {
        this.source = source;
        this.turn = turn;
        near = InetAddress.getByName(Wire.NEAR_ADDRESS);
        far = InetAddress.getByName(Wire.FAR_ADDRESS);
        services = new Services(near);
    }

    void play(List<Step> steps) throws IOException {
        for (Step step : steps) {
            try {
                play(step);
            } catch (SocketTimeoutException e) {
                throw new IOException(source + ":" + step.line() + ": nothing came within " + PATIENCE_MS / 1_000 + " s", e);
            } catch (IOException e) {
                throw new IOException(source + ":" + step.line() + ": " + e.getMessage(), e);
            }
        }
        for (Thread thread : behind) {
            join(thread);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IOException("what is sent behind the script's back was not taken within " + PATIENCE_MS / 1_000 + " s");
        }
    }

    private void play(Step step) throws IOException {
        if (step instanceof Step.Listen listen) {
            ServerSocket server = new ServerSocket();
            servers.put(listen.server(), server);
            if (listen.receiveBuffer() > 0) {
                server.setReceiveBufferSize(listen.receiveBuffer());
            }
            server.setSoTimeout(PATIENCE_MS);
            server.bind(new InetSocketAddress(far, listen.port()), 200);
        } else if (step instanceof Step.Connect connect) {
            connect(connect);
        } else if (step instanceof Step.Knock knock) {
            knock(knock);
        } else if (step instanceof Step.Send send) {
            send(send);
        } else if (step instanceof Step.Receive receive) {
            receive(ends.get(receive.end()), receive.octets());
        } else if (step instanceof Step.ReadEnd end) {
            readEnd(ends.get(end.end()));
        } else if (step instanceof Step.HalfClose half) {
            ends.get(half.end()).shutdownOutput();
        } else if (step instanceof Step.Close close) {
            close(close.end());
        } else if (step instanceof Step.Reset reset) {
            Socket end = ends.get(reset.end());
            end.setSoLinger(true, 0);
            end.close();
        } else if (step instanceof Step.Pause pause) {
            pause(pause.ms());
        } else if (step instanceof Step.Udp udp) {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(udp.far() ? far : near, udp.port()));
            socket.setSoTimeout(PATIENCE_MS);
            datagrams.put(udp.name(), socket);
        } else if (step instanceof Step.Datagram datagram) {
            datagram(datagram);
        } else if (step instanceof Step.Take take) {
            datagrams.get(take.name()).receive(new DatagramPacket(new byte[65_536], 65_536));
        } else if (step instanceof Step.Echo echo) {
            if (echo.octets() > 0) {
                services.echo(ends.get(echo.name()), echo.octets());
            } else {
                services.echo(datagrams.get(echo.name()));
            }
        } else if (step instanceof Step.Visit visit) {
            services.visit(servers.get(visit.server()), visit);
        } else if (step instanceof Step.Act act) {
            turn.take(act);
        } else if (step instanceof Step.Say say) {
            for (Step.Said said : say.parts()) {
                ends.get(said.end()).getOutputStream().write(said.octets());
                receive(ends.get(peers.get(said.end())), said.octets().length);
            }
        }
    }

    private void connect(Step.Connect connect) throws IOException {
        ServerSocket server = servers.get(connect.server());
        Socket client = new Socket();
        ends.put(connect.client(), client);
        client.setTcpNoDelay(true);
        client.setSoTimeout(PATIENCE_MS);
        client.setReuseAddress(true);
        client.bind(new InetSocketAddress(near, connect.fromPort()));
        client.connect(new InetSocketAddress(far, server.getLocalPort()), PATIENCE_MS);
        Socket peer = server.accept();
        ends.put(connect.peer(), peer);
        peer.setTcpNoDelay(true);
        peer.setSoTimeout(PATIENCE_MS);
        peers.put(connect.client(), connect.peer());
        peers.put(connect.peer(), connect.client());
    }

    private void knock(Step.Knock knock) throws IOException {
        try (Socket client = new Socket()) {
            client.setReuseAddress(true);
            client.bind(new InetSocketAddress(near, knock.fromPort()));
            client.connect(new InetSocketAddress(far, knock.port()), PATIENCE_MS);
        } catch (java.net.ConnectException e) {
            return;         // as it should be
        }
        throw new IOException("somebody listens on port " + knock.port());
    }

    private void send(Step.Send send) throws IOException {
        Socket end = ends.get(send.end());
        if (!send.behind()) {
            end.getOutputStream().write(send.data());
            return;
        }
        Thread thread = new Thread(() -> {
            try {
                end.getOutputStream().write(send.data());
            } catch (IOException e) {
                failure = new IOException(source + ":" + send.line() + ": " + e.getMessage(), e);
            }
        }, "lab-send");
        thread.setDaemon(true);
        behind.add(thread);
        thread.start();
    }

    private static void receive(Socket end, int octets) throws IOException {
        InputStream in = end.getInputStream();
        int got = in.readNBytes(octets).length;
        if (got < octets) {
            throw new IOException("only " + got + " of " + octets + " octets came, and then the end");
        }
    }

    private static void readEnd(Socket end) throws IOException {
        try {
            if (end.getInputStream().readNBytes(1 << 20).length > 0) {
                throw new IOException("octets came where the end was to come");
            }
        } catch (java.net.SocketException e) {
            if (e instanceof java.net.ConnectException) {
                throw e;
            }
            // A reset is an end, too.
        }
    }

    private void close(String name) throws IOException {
        if (ends.containsKey(name)) {
            ends.get(name).close();
        } else if (servers.containsKey(name)) {
            servers.get(name).close();
        } else {
            datagrams.get(name).close();
        }
    }

    private static void pause(int ms) throws IOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void datagram(Step.Datagram step) throws IOException {
        DatagramSocket from = datagrams.get(step.from());
        boolean fromFar = from.getLocalAddress().equals(far);
        int port = step.to() == null ? step.port() : datagrams.get(step.to()).getLocalPort();
        from.send(new DatagramPacket(step.data(), step.data().length, fromFar ? near : far, port));
    }

    /** What the script left open is closed, clients first. */
    @Override
    public void close() throws IOException {
        for (Socket end : ends.values()) {
            end.close();
        }
        for (ServerSocket server : servers.values()) {
            server.close();
        }
        for (DatagramSocket socket : datagrams.values()) {
            socket.close();
        }
    }
}
