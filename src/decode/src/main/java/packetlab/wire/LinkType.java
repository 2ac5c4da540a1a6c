package packetlab.wire;

/** Link-layer header types: the LINKTYPE_ values of capture files (tcpdump.org/linktypes). */
public final class LinkType {
    public static final int NULL = 0;
    public static final int EN10MB = 1;
    /** What DLT_RAW is on BSD and on OpenBSD: seen in files. */
    public static final int RAW_BSD = 12;
    public static final int RAW_OPENBSD = 14;
    public static final int RAW = 101;
    public static final int LOOP = 108;
    public static final int LINUX_SLL = 113;
    public static final int IPV4 = 228;
    public static final int IPV6 = 229;
    public static final int LINUX_SLL2 = 276;

    private LinkType() {}

    /** Its standard name without LINKTYPE_, such as EN10MB; {@code link type 105} where we decode no such link. */
    public static String name(int linkType) {
        return switch (linkType) {
            case NULL -> "NULL";
            case EN10MB -> "EN10MB";
            case RAW, RAW_BSD, RAW_OPENBSD -> "RAW";
            case LOOP -> "LOOP";
            case LINUX_SLL -> "LINUX_SLL";
            case IPV4 -> "IPV4";
            case IPV6 -> "IPV6";
            case LINUX_SLL2 -> "LINUX_SLL2";
            default -> "link type " + linkType;
        };
    }
}
