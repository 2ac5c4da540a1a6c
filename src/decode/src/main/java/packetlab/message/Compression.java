package packetlab.message;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.Side;
import packetlab.message.Extension.Parameter;

/**
 * What an opening handshake agreed on for compression: permessage-deflate (RFC 7692 section 7) or the older
 * x-webkit-deflate-frame, which compresses frame by frame.
 *
 * @param kind             NONE where nothing is compressed
 * @param serverTakeover   whether the server's messages may refer to its earlier ones (context takeover)
 * @param clientTakeover   likewise the client's
 * @param serverWindowBits 8..15, the largest window that the server compresses with
 * @param clientWindowBits likewise the client's
 */
public record Compression(Kind kind, boolean serverTakeover, boolean clientTakeover, int serverWindowBits,
                          int clientWindowBits) {
    /** ASSUMED: the response was not captured, but what it would have agreed on was offered or seen. */
    public enum Kind { NONE, PER_MESSAGE, PER_FRAME, ASSUMED }

    public static final Compression NONE = new Compression(Kind.NONE, true, true, 15, 15);
    public static final Compression ASSUMED = new Compression(Kind.ASSUMED, true, true, 15, 15);

    static final String DEFLATE = "permessage-deflate";
    static final String WEBKIT = "x-webkit-deflate-frame";
    private static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
    private static final String SERVER_BITS = "server_max_window_bits";
    private static final String CLIENT_BITS = "client_max_window_bits";

    /** Whether messages of that side may refer to its earlier ones. */
    public boolean takeover(Side sender) {
        return sender == Side.CLIENT ? clientTakeover : serverTakeover;
    }

    /** 8..15, the largest window that side compresses with. */
    public int windowBits(Side sender) {
        return sender == Side.CLIENT ? clientWindowBits : serverWindowBits;
    }

    /** What the extensions of a response mean for compression. */
    public static Compression agreed(List<Extension> accepted) {
        for (Extension e : accepted) {
            if (e.name().equals(DEFLATE)) {
                return new Compression(Kind.PER_MESSAGE, find(e, SERVER_NO_TAKEOVER) == null,
                        find(e, CLIENT_NO_TAKEOVER) == null, bits(e, SERVER_BITS, 15), bits(e, CLIENT_BITS, 15));
            }
            if (e.name().equals(WEBKIT)) {
                // A parameter binds who receives it: in a response, the client.
                return new Compression(Kind.PER_FRAME, true, find(e, "no_context_takeover") == null, 15,
                        bits(e, "max_window_bits", 15));
            }
        }
        return NONE;
    }

    /** Whether one of these is a compression that is known here. */
    static boolean offered(List<Extension> offers) {
        for (Extension e : offers) {
            if (e.name().equals(DEFLATE) || e.name().equals(WEBKIT)) {
                return true;
            }
        }
        return false;
    }

    /** Why a permessage-deflate offer is not valid (sections 7.1 to 7.1.2.2), or null. */
    static String faultOfOffer(Extension offer) {
        return fault(offer, true);
    }

    private static String fault(Extension e, boolean offer) {
        List<String> seen = new ArrayList<>(4);
        for (Parameter p : e.parameters()) {
            if (seen.contains(p.name())) {
                return p.name() + " is given twice";
            }
            seen.add(p.name());
            switch (p.name()) {
                case SERVER_NO_TAKEOVER:
                case CLIENT_NO_TAKEOVER:
                    if (p.value() != null) {
                        return p.name() + " takes no value";
                    }
                    break;
                case SERVER_BITS:
                case CLIENT_BITS:
                    boolean mayBeBare = offer && p.name().equals(CLIENT_BITS);
                    if (p.value() == null ? !mayBeBare : windowBits(p.value()) < 0) {
                        return p.name() + (p.value() == null ? " has no value" : "=" + p.value() + " is not 8 to 15");
                    }
                    break;
                default:
                    return p.name() + " is unknown";
            }
        }
        return null;
    }

    /** Why a permessage-deflate response is not valid or fits none of the offers, or null. */
    static String faultOfResponse(Extension response, List<Extension> offers) {
        String fault = fault(response, false);
        if (fault != null) {
            return fault;
        }
        for (Extension offer : offers) {
            if (offer.name().equals(DEFLATE)) {
                fault = misfit(response, offer);
                if (fault == null) {
                    return null;
                }
            }
        }
        return fault;
    }

    private static String misfit(Extension response, Extension offer) {
        if (find(offer, SERVER_NO_TAKEOVER) != null && find(response, SERVER_NO_TAKEOVER) == null) {
            return SERVER_NO_TAKEOVER + " was asked for and is missing (section 7.1.1.1)";
        }
        Parameter serverBits = find(response, SERVER_BITS);
        if (find(offer, SERVER_BITS) != null
                && (serverBits == null || bits(response, SERVER_BITS, 15) > bits(offer, SERVER_BITS, 15))) {
            return SERVER_BITS + " is larger than was asked for (section 7.1.2.1)";
        }
        if (find(response, CLIENT_BITS) != null && find(offer, CLIENT_BITS) == null) {
            return CLIENT_BITS + " was not offered (section 7.1.2.2)";
        }
        if (find(response, CLIENT_BITS) != null && bits(response, CLIENT_BITS, 15) > bits(offer, CLIENT_BITS, 15)) {
            return CLIENT_BITS + " is larger than was offered (section 7.1.2.2)";
        }
        return null;
    }

    private static Parameter find(Extension e, String name) {
        for (Parameter p : e.parameters()) {
            if (p.name().equals(name)) {
                return p;
            }
        }
        return null;
    }

    private static int bits(Extension e, String name, int otherwise) {
        Parameter p = find(e, name);
        int bits = p == null || p.value() == null ? -1 : windowBits(p.value());
        return bits < 0 ? otherwise : bits;
    }

    /** 8 to 15, without leading zeros; else -1. */
    private static int windowBits(String value) {
        if (value.length() == 1 && (value.charAt(0) == '8' || value.charAt(0) == '9')) {
            return value.charAt(0) - '0';
        }
        boolean two = value.length() == 2 && value.charAt(0) == '1' && value.charAt(1) >= '0' && value.charAt(1) <= '5';
        return two ? 10 + value.charAt(1) - '0' : -1;
    }
}
