package packetlab.os;

import java.io.IOException;

/** The ring cannot capture that, and libpcap may: says what stands in the way, in one line. */
public final class NoRingException extends IOException {
    private static final long serialVersionUID = 1;

    NoRingException(String why) {
        super(why + "; --backend libpcap can");
    }
}
