package packetlab.pcap;

import java.io.IOException;

/** What a source wraps is damaged. The reader makes a {@link CaptureFormatException} of it, which knows the packet. */
final class SourceDamage extends IOException {
    private static final long serialVersionUID = 1;

    SourceDamage(String message) {
        super(message);
    }
}
