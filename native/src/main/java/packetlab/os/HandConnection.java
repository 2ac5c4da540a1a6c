package packetlab.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import packetlab.event.Event;
import packetlab.wire.Dissector;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;
import packetlab.wire.Tcp;

/**
 * A TCP connection made by hand, segment by segment, against somebody's kernel: handshake, data, and its end, with
 * acknowledgments and repetitions of our own (RFC 9293, as little of it as one conversation needs). Our address must be
 * one that no kernel takes for its own, such as one that is only routed to lo, or it would reset what it knows nothing
 * of. A packet source: what passes is delivered to who polls, and polling is what carries it on. One thread.
 */
public final class HandConnection implements PacketSource {
    private enum State { SYN_SENT, ESTABLISHED, FIN_SENT, DONE }

    private static final int PIECE = 1_000;
    private static final long REPEAT_NS = 400_000_000;
    private static final int MOST_REPEATS = 5;
    /** After the last of their data, whoever has not closed is taken to wait for us. */
    private static final long SILENCE_NS = 500_000_000;
    private static final long MAX_RECEIVED = 64 << 20;

    private final RawSender sender;
    private final PacketCraft craft;
    private final byte[] data;
    private final Dissector dissector = new Dissector();
    private final int first = ThreadLocalRandom.current().nextInt();
    private State state = State.SYN_SENT;
    private int acknowledgedByThem = first;
    private int expected;
    private boolean theirFin;
    private long received;
    private long lastNs;
    private int repeats = -1;
    private String failure;
    /** Whether a segment has come that wants an answer. */
    private boolean pending;

    /** @param craft addresses and whatever each segment is to have in common */
    public HandConnection(RawSender sender, PacketCraft craft, byte[] data) {
        this.sender = sender;
        this.craft = craft;
        this.data = data.clone();
    }

    /** Why it did not come to a good end, or null. */
    public String failure() {
        return failure;
    }

    /** Octets that the other end has sent. */
    public long received() {
        return received;
    }

    @Override
    public int poll(PacketHandler handler) throws IOException {
        if (state == State.DONE) {
            return END;
        }
        if (repeats < 0) {
            repeat();
        }
        int packets = sender.receive((b, at, captured, wire, stampNs, link, flags) -> {
            if (isOurs(b, at, captured, wire, link)) {
                handler.onPacket(b, at, captured, wire, stampNs, link, flags);
                if (dissector.tcp().destinationPort() == port(craft.source)
                        && dissector.destination().equals(host(craft.source))) {
                    pending = takeIn();
                }
            }
        }, 20);
        if (pending) {
            pending = false;
            answer();
        }
        if (state == State.FIN_SENT) {
            endWhereBothHaveClosed();
        }
        if (packets == 0) {
            onSilence();
        }
        return packets;
    }

    private boolean isOurs(ByteBuffer b, int at, int captured, int wire, int link) {
        if (dissector.dissect(b, at, captured, wire, link) != Dissector.Result.TCP) {
            return false;
        }
        int one = dissector.tcp().sourcePort();
        int other = dissector.tcp().destinationPort();
        return one == port(craft.source) && other == port(craft.destination)
                || other == port(craft.source) && one == port(craft.destination);
    }

    /** Reads a segment of theirs; whether there is something to answer. */
    private boolean takeIn() {
        Tcp.View tcp = dissector.tcp();
        lastNs = System.nanoTime();
        if ((tcp.flags() & Tcp.RST) != 0) {
            failure = state == State.SYN_SENT ? "refused: nobody listens there, or a firewall says so"
                    : "the other end has reset the connection";
            state = State.DONE;
            return false;
        }
        if ((tcp.flags() & Tcp.ACK) == 0) {
            return false;
        }
        if (state == State.SYN_SENT) {
            if ((tcp.flags() & Tcp.SYN) == 0 || tcp.acknowledgment() != first + 1) {
                return false;
            }
            expected = tcp.sequence() + 1;
            acknowledgedByThem = first + 1;
            state = State.ESTABLISHED;
            repeats = 0;
            return true;
        }
        if (tcp.acknowledgment() - acknowledgedByThem > 0) {
            acknowledgedByThem = tcp.acknowledgment();
            repeats = 0;
        }
        boolean more = false;
        int length = tcp.payloadWireLength();
        if (length > 0 || (tcp.flags() & Tcp.FIN) != 0) {
            more = true;                            // also what is repeated wants its acknowledgment
            if (tcp.sequence() == expected) {
                expected += length;
                received += length;
                if ((tcp.flags() & Tcp.FIN) != 0) {
                    expected++;
                    theirFin = true;
                }
            }
        }
        return more;
    }

    private void answer() throws IOException {
        if (state == State.ESTABLISHED) {
            boolean allTaken = acknowledgedByThem == first + 1 + data.length;
            if (!allTaken) {
                send(Tcp.ACK, acknowledgedByThem, null);
                sendData();
            } else if (theirFin || received > MAX_RECEIVED) {
                finish();
            } else {
                send(Tcp.ACK, first + 1 + data.length, null);
            }
        } else if (state == State.FIN_SENT) {
            send(Tcp.ACK, first + 2 + data.length, null);
        }
    }

    private void endWhereBothHaveClosed() {
        if (theirFin && acknowledgedByThem == first + 2 + data.length) {
            state = State.DONE;
        }
    }

    private void sendData() throws IOException {
        for (int at = acknowledgedByThem - first - 1; at < data.length; at += PIECE) {
            int end = Math.min(data.length, at + PIECE);
            send(end == data.length ? Tcp.ACK | Tcp.PSH : Tcp.ACK, first + 1 + at, Arrays.copyOfRange(data, at, end));
        }
    }

    private void finish() throws IOException {
        state = State.FIN_SENT;
        repeats = 0;
        lastNs = System.nanoTime();
        send(Tcp.FIN | Tcp.ACK, first + 1 + data.length, null);
    }

    private void onSilence() throws IOException {
        long silent = System.nanoTime() - lastNs;
        if (state == State.DONE) {
            return;
        }
        if (state == State.ESTABLISHED && acknowledgedByThem == first + 1 + data.length) {
            if (silent > SILENCE_NS) {
                finish();
            }
        } else if (silent > REPEAT_NS) {
            repeat();
        }
    }

    /** Says again what nobody has acknowledged. */
    private void repeat() throws IOException {
        lastNs = System.nanoTime();
        if (++repeats > MOST_REPEATS) {
            failure = state == State.SYN_SENT ? "no answer" : "the other end answers no more";
            state = State.DONE;
            return;
        }
        switch (state) {
            case SYN_SENT -> send(Tcp.SYN, first, null);
            case ESTABLISHED -> sendData();
            case FIN_SENT -> send(Tcp.FIN | Tcp.ACK, first + 1 + data.length, null);
            case DONE -> { }
        }
    }

    private void send(int flags, int sequence, byte[] payload) throws IOException {
        craft.flags = flags;
        craft.sequence = sequence;
        craft.acknowledgment = flags == Tcp.SYN ? 0 : expected;
        craft.payload = payload == null ? new byte[0] : payload;
        java.util.List<String> options = craft.options;
        if (flags != Tcp.SYN) {
            craft.options = java.util.List.of();
        }
        ByteBuffer packet = craft.make(PacketCraft.Transport.TCP);
        craft.options = options;
        sender.sendPacket(packet);
    }

    private static int port(SocketAddress address) {
        return address instanceof SocketAddress.Ipv4 v4 ? v4.port() : ((SocketAddress.Ipv6) address).port();
    }

    private static String host(SocketAddress address) {
        return address instanceof SocketAddress.Ipv4 v4 ? v4.host() : ((SocketAddress.Ipv6) address).host();
    }

    @Override
    public long dropped() {
        return Event.UNKNOWN;
    }

    @Override
    public void close() {
        // The sender is its maker's.
    }
}
