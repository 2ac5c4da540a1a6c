package packetlab.pcap;

import java.io.IOException;

/**
 * A capture file is damaged, or is none. The message is one line: the source's name, what was expected, where, and both
 * numbers. All packets before the damage were delivered.
 */
public final class CaptureFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long offset;
    private final long packet;

    CaptureFormatException(String source, String what, long offset, long packet) {
        super(source + ": " + what);
        this.offset = offset;
        this.packet = packet;
    }

    /** Octets from the beginning of the capture (of the uncompressed one, for gzip) to the record that is damaged. */
    public long offset() {
        return offset;
    }

    /** 1-based number of the packet that is damaged, or that would have come next: those before it were delivered. */
    public long packet() {
        return packet;
    }
}
