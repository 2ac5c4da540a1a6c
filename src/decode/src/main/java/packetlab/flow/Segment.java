package packetlab.flow;

import packetlab.event.Checksum;
import packetlab.wire.Tcp;

/** The segment being handled, in stream offsets. One per tracker, overwritten by the next packet. */
final class Segment {
    Connection connection;
    int direction;
    HalfStream from;
    HalfStream to;
    int flags;
    /** As on the wire, as is the next, which is meaningless without ACK. */
    int rawSequence;
    int rawAcknowledgment;
    /** Offset of its first octet (or SYN). */
    long offset;
    /** Offset of its first payload octet. */
    long dataOffset;
    /** In the other side's offsets; meaningless without ACK. */
    long acknowledged;
    int window;
    /** What the payload lies in. */
    byte[] array;
    int payloadAt;
    /** Payload octets on the wire. */
    int wireLength;
    /** Those of them that belong to the stream. */
    int length;
    int captured;
    /** Null unless every segment is wanted. */
    Checksum checksum;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Neither SYN, FIN nor RST. */
    boolean isPlain() {
        return (flags & (Tcp.SYN | Tcp.FIN | Tcp.RST)) == 0;
    }

    /** Offset behind all that it occupies in the sequence space; FIN is bit 0 and occupies one. */
    long end() {
        return dataOffset + length + (flags & Tcp.FIN);
    }
}
