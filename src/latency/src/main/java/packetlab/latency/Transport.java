package packetlab.latency;

import java.util.List;
import java.util.Locale;

/** What carries the messages. */
public enum Transport {
    TCP("tcp", true, Family.INTERNET),
    UDP("udp", false, Family.INTERNET),
    UNIX_STREAM("unix-stream", true, Family.UNIX),
    UNIX_DATAGRAM("unix-datagram", false, Family.UNIX),
    /** A protocol of our own on raw IP sockets: what UDP would cost without its port numbers and checksums. */
    RAW_DATAGRAM("raw-datagram", false, Family.RAW),
    /** ICMP echo: the kernel itself answers. */
    RAW_ICMP("raw-icmp", false, Family.RAW),
    WEBSOCKET("websocket", true, Family.INTERNET),
    HTTP("http", true, Family.INTERNET);

    /** How its ends are named, and what it takes to open one. */
    enum Family { INTERNET, UNIX, RAW }

    private final String word;
    private final boolean stream;
    private final Family family;

    Transport(String word, boolean stream, Family family) {
        this.word = word;
        this.stream = stream;
        this.family = family;
    }

    /** As on the command line. */
    public String word() {
        return word;
    }

    /** Whether nothing is lost, or comes twice, or overtakes. */
    public boolean isStream() {
        return stream;
    }

    /** Whether it needs CAP_NET_RAW. */
    public boolean isRaw() {
        return family == Family.RAW;
    }

    public boolean isUnix() {
        return family == Family.UNIX;
    }

    /** Whether its messages are packets that can be captured. */
    public boolean hasPackets() {
        return family != Family.UNIX;
    }

    boolean isTcp() {
        return stream && family == Family.INTERNET;
    }

    /** Those that a word of the command line stands for, {@code raw} for both kinds of them; none for an unknown one. */
    public static List<Transport> named(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        if (name.equals("raw")) {
            return List.of(RAW_DATAGRAM, RAW_ICMP);
        }
        return List.of(values()).stream().filter(t -> t.word.equals(name)).toList();
    }
}
