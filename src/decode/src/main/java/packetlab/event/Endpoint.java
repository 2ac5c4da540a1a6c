package packetlab.event;

/** An address and a port as people write them: {@code 127.0.0.1:50000}, {@code [::1]:80} (RFC 5952). */
public record Endpoint(String address, int port) {
    @Override
    public String toString() {
        return address.indexOf(':') >= 0 ? "[" + address + "]:" + port : address + ":" + port;
    }
}
