package packetlab.timeline;

import packetlab.event.CallEvent;

/** A call with its place in its stream, until its packets are known. */
final class Waiting {
    CallEvent call;
    final Sock sock;
    final CallKind kind;
    /** Another call on the same socket overlapped it: which of them came first, nothing tells. */
    final boolean overlapped;

    Waiting(CallEvent call, Sock sock, boolean overlapped) {
        this.call = call;
        this.sock = sock;
        this.kind = CallKind.of(call.call());
        this.overlapped = overlapped;
    }

    boolean succeeded() {
        return call.errno() == null;
    }

    /** Whether it moved octets through a socket. */
    boolean carried() {
        return succeeded() && call.length() >= 0 && (kind == CallKind.SEND
                || kind == CallKind.RECEIVE && !CallKind.peeks(call));
    }
}
