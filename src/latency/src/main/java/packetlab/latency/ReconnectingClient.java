package packetlab.latency;

import java.io.IOException;
import packetlab.os.SocketAddress;

/** A connection for each message: made before it is sent, closed when its answer has come. */
final class ReconnectingClient implements Client {
    private final Setting setting;
    private final SocketAddress server;
    private final StreamClient.Memory memory;
    private StreamClient connection;
    private volatile boolean aborted;

    ReconnectingClient(Setting setting, SocketAddress server) throws IOException {
        this.setting = setting;
        this.server = server;
        this.memory = new StreamClient.Memory(setting);
    }

    @Override
    public void send(long number) throws IOException {
        if (aborted) {
            throw new IOException("the conversation is over");
        }
        connection = new StreamClient(setting, server, memory);
        connection.send(number);
    }

    @Override
    public long receive() throws IOException {
        long answer = connection.receive();
        close();
        return answer;
    }

    @Override
    public SocketAddress local() {
        return null;
    }

    @Override
    public long octets(boolean sent) {
        return setting.size();
    }

    @Override
    public void abort() {
        aborted = true;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
