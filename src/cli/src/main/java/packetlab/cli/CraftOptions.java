package packetlab.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import packetlab.os.PacketCraft;
import packetlab.os.SocketAddress;
import packetlab.wire.Tcp;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The fields of a packet that is to be made. */
final class CraftOptions {
    private static final int OUR_PORT = 40_000;
    /** Nobody owns it: routed to lo, what comes for it is seen and answered by no kernel. */
    private static final String NOBODY = "10.9.9.9";

    @Option(names = "--src", order = 10, paramLabel = "ADDRESS[:PORT]", description = "where it claims to come from (default: 10.9.9.9:40000, which nobody owns)")
    String source;

    @Option(names = "--dst", order = 11, paramLabel = "ADDRESS[:PORT]", description = "where it goes, such as 127.0.0.1:8080")
    String destination;

    @Option(names = "--flags", order = 12, paramLabel = "FLAG", split = ",", description = "of TCP: fin, syn, rst, psh, ack, urg, ece, cwr (default: syn)")
    List<String> flags = new ArrayList<>();

    @Option(names = "--option", order = 13, paramLabel = "OPTION", split = ",", description = "of TCP: mss=1460, wscale=7, sack, ts=1:0, nop, eol; in this order")
    List<String> options = new ArrayList<>();

    @Option(names = "--seq", order = 14, paramLabel = "N", description = "sequence number; of ICMP too")
    Long sequence;

    @Option(names = "--ack", order = 15, paramLabel = "N", description = "acknowledgment number")
    long acknowledgment;

    @Option(names = "--window", order = 16, paramLabel = "N", description = "as it stands in the header (default: 64240)")
    Integer window;

    @Option(names = "--urgent", order = 17, paramLabel = "N", description = "urgent pointer")
    int urgent;

    @Option(names = "--ttl", order = 18, paramLabel = "N", description = "time to live, or hop limit (default: 64)")
    int ttl = 64;

    @Option(names = "--tos", order = 19, paramLabel = "N", description = "type of service, or traffic class")
    int tos;

    @Option(names = "--id", order = 20, paramLabel = "N", description = "identification of IPv4; identifier of an ICMP echo")
    int id = 1;

    @Option(names = "--df", order = 21, description = "do not fragment")
    boolean dontFragment;

    @Option(names = "--type", order = 22, paramLabel = "N", description = "of ICMP (default: an echo request)")
    int type = -1;

    @Option(names = "--code", order = 23, paramLabel = "N", description = "of ICMP")
    int code;

    @Option(names = "--data", order = 24, paramLabel = "TEXT", description = "what it carries; \\r, \\n, \\t, \\\\ and \\xHH are octets")
    String data;

    @Option(names = "--data-hex", order = 25, paramLabel = "HEX", description = "the same in hexadecimal")
    String dataHex;

    @Option(names = "--bad-checksum", order = 26, description = "make the transport checksum wrong")
    boolean badChecksum;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    private String sourceByDefault = NOBODY;

    /** Where packets come from of which nothing else is said. */
    void comesFrom(String address) {
        sourceByDefault = address;
    }

    PacketCraft craft(boolean needsPort) {
        if (destination == null) {
            throw wrong("--dst is missing: where does it go?");
        }
        PacketCraft craft = new PacketCraft();
        craft.destination = address("--dst", destination, needsPort ? -1 : 0);
        boolean six = craft.destination instanceof SocketAddress.Ipv6;
        if (source == null && six) {
            throw wrong("--src is missing: over IPv6 there is no address that nobody owns");
        }
        craft.source = address("--src", source == null ? sourceByDefault : source, OUR_PORT);
        if (six != craft.source instanceof SocketAddress.Ipv6) {
            throw wrong("--src and --dst are of different families");
        }
        craft.flags = flags();
        craft.options = options;
        craft.sequence = sequence == null ? 0 : (int) range("--seq", sequence, 0xFFFF_FFFFL);
        craft.icmpSequence = sequence == null ? 1 : (int) (sequence & 0xFFFF);
        craft.acknowledgment = (int) range("--ack", acknowledgment, 0xFFFF_FFFFL);
        craft.window = window == null ? craft.window : (int) range("--window", window, 0xFFFF);
        craft.urgentPointer = (int) range("--urgent", urgent, 0xFFFF);
        craft.ttl = (int) range("--ttl", ttl, 255);
        craft.typeOfService = (int) range("--tos", tos, 255);
        craft.identification = (int) range("--id", id, 0xFFFF);
        craft.icmpIdentifier = craft.identification;
        craft.dontFragment = dontFragment;
        craft.icmpType = type < 0 ? type : (int) range("--type", type, 255);
        craft.icmpCode = (int) range("--code", code, 255);
        craft.payload = payload();
        craft.wrongChecksum = badChecksum;
        return craft;
    }

    /** Such as {@code 127.0.0.1:80}, {@code [::1]:80}, {@code ::1}. */
    private SocketAddress address(String option, String text, int portByDefault) {
        String host = text;
        int port = portByDefault;
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        try {
            if (bracketed) {
                host = text.substring(1, text.indexOf(']'));
                colon = text.endsWith("]") ? -1 : colon;
                port = colon < 0 ? port : Integer.parseInt(text.substring(colon + 1));
            } else if (colon >= 0 && text.indexOf(':') == colon) {
                host = text.substring(0, colon);
                port = Integer.parseInt(text.substring(colon + 1));
            }
            if (port < 0) {
                throw wrong(option + " " + text + " needs a port, such as " + host + ":80");
            }
            return SocketAddress.of(host, port);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw wrong(option + " is an address such as 127.0.0.1:80 or [::1]:80, not " + text);
        }
    }

    private int flags() {
        if (flags.isEmpty()) {
            return Tcp.SYN;
        }
        int set = 0;
        for (String flag : flags) {
            set |= switch (flag.toLowerCase(Locale.ROOT)) {
                case "fin" -> Tcp.FIN;
                case "syn" -> Tcp.SYN;
                case "rst" -> Tcp.RST;
                case "psh" -> Tcp.PSH;
                case "ack" -> Tcp.ACK;
                case "urg" -> Tcp.URG;
                case "ece" -> Tcp.ECE;
                case "cwr" -> Tcp.CWR;
                case "none" -> 0;
                default -> throw wrong("--flags " + flag + ": there are fin, syn, rst, psh, ack, urg, ece, cwr and none");
            };
        }
        return set;
    }

    private long range(String option, long value, long max) {
        if (value < 0 || value > max) {
            throw wrong(option + " is from 0 to " + max + ", not " + value);
        }
        return value;
    }

    byte[] payload() {
        if (data != null && dataHex != null) {
            throw wrong("--data or --data-hex, not both");
        }
        return dataHex != null ? hex(dataHex) : data == null ? new byte[0] : unescape(data);
    }

    /** Octets from hexadecimal digits, which may stand in groups. */
    byte[] hex(String text) {
        try {
            return HexFormat.of().parseHex(text.replaceAll("[\\s:]+", ""));
        } catch (IllegalArgumentException e) {
            throw wrong("'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "' is not hexadecimal");
        }
    }

    private byte[] unescape(String text) {
        StringBuilder latin = new StringBuilder();
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] != '\\' || i + 1 == utf8.length) {
                latin.append((char) (utf8[i] & 0xFF));
                continue;
            }
            switch (utf8[++i]) {
                case 'n' -> latin.append('\n');
                case 'r' -> latin.append('\r');
                case 't' -> latin.append('\t');
                case '\\' -> latin.append('\\');
                case 'x' -> {
                    if (i + 2 >= utf8.length || Character.digit(utf8[i + 1], 16) < 0 || Character.digit(utf8[i + 2], 16) < 0) {
                        throw wrong("--data: \\x needs two hexadecimal digits");
                    }
                    latin.append((char) (Character.digit(utf8[i + 1], 16) << 4 | Character.digit(utf8[i + 2], 16)));
                    i += 2;
                }
                default -> throw wrong("--data: \\" + (char) utf8[i] + " is not known; \\\\ is a backslash");
            }
        }
        return latin.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
