package packetlab.event;

/** One count for each end of a connection. */
public record PerSide(long client, long server) {
    public long total() {
        return client + server;
    }
}
