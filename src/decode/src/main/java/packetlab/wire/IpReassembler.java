package packetlab.wire;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts IPv4 and IPv6 datagrams together from fragments in any order (RFC 791 section 3.2, RFC 8200 section 4.5). Of
 * octets that come twice the first stand; an IPv6 datagram whose fragments overlap is given up (RFC 5722). Limits:
 * how many datagrams wait, and how many octets in all; beyond them the oldest is given up. One thread.
 */
public final class IpReassembler {
    private static final int MAX_DATAGRAM = 0xFFFF;
    /** Fragments are counted in these: every fragment but the last holds a multiple of them. */
    private static final int UNIT = 8;

    private record Key(int version, int protocol, int identification, long sourceHigh, long sourceLow,
                       long destinationHigh, long destinationLow) {}

    private static final class Datagram {
        byte[] data = new byte[2048];
        /** One bit for each unit that is here. */
        final long[] units = new long[(MAX_DATAGRAM / UNIT + 64) / 64];
        int have;
        /** Octets in all, known from the last fragment; -1 before. */
        int length = -1;
        /** Behind the highest octet that is here. */
        int highest;
        boolean overlapped;
    }

    private final int maxDatagrams;
    private final int maxOctets;
    private final Map<Key, Datagram> waiting = new LinkedHashMap<>();
    private long waitingOctets;
    private byte[] datagram;
    private int length;
    private long completed;
    private long givenUp;
    private long overlaps;
    private long limitHits;

    /**
     * @param maxDatagrams how many may wait for fragments
     * @param maxOctets    how much of them may be kept in all
     */
    public IpReassembler(int maxDatagrams, int maxOctets) {
        this.maxDatagrams = maxDatagrams;
        this.maxOctets = maxOctets;
    }

    /**
     * Takes the fragment that the dissector stands on. Returns whether it completes its datagram, which is then in
     * {@link #datagram} until the next call.
     */
    public boolean add(Dissector d) {
        boolean four = d.ipVersion() == 4;
        int offset = four ? d.ip4().fragmentOffset() : d.ip6().fragmentOffset();
        boolean more = four ? d.ip4().moreFragments() : d.ip6().moreFragments();
        int size = d.payloadCapturedLength();
        if (size < d.payloadWireLength() || offset + size > MAX_DATAGRAM || size == 0
                || more && size % UNIT != 0) {
            givenUp++; // cut by the snap length, or a shape that no stack sends or accepts
            return false;
        }
        Key key = new Key(d.ipVersion(), four ? d.ipProtocol() : 0,
                four ? d.ip4().identification() : d.ip6().identification(), d.sourceHigh(), d.sourceLow(),
                d.destinationHigh(), d.destinationLow());
        Datagram whole = waiting.get(key);
        if (whole == null) {
            whole = new Datagram();
            waiting.put(key, whole);
            waitingOctets += whole.data.length;
        }
        int end = offset + size;
        if (whole.length >= 0 ? end > whole.length || !more && end != whole.length : !more && end < whole.highest) {
            whole.overlapped = true;
            givenUp++; // it says that the datagram ends elsewhere than those before it: they stand
            return false;
        }
        put(whole, d.array(), d.payloadOffset(), offset, size);
        whole.highest = Math.max(whole.highest, end);
        if (!more) {
            whole.length = end;
        }
        if (whole.length >= 0 && whole.have >= whole.length) {
            waiting.remove(key);
            waitingOctets -= whole.data.length;
            if (whole.overlapped) {
                overlaps++;
                if (!four) {
                    givenUp++;
                    return false;
                }
            }
            datagram = whole.data;
            length = whole.length;
            completed++;
            return true;
        }
        keepLimits();
        return false;
    }

    private void put(Datagram whole, byte[] array, int from, int offset, int size) {
        if (offset + size > whole.data.length) {
            int larger = whole.data.length;
            while (larger < offset + size) {
                larger <<= 1;
            }
            waitingOctets += larger - whole.data.length;
            whole.data = Arrays.copyOf(whole.data, larger);
        }
        for (int at = 0; at < size; at += UNIT) {
            int unit = (offset + at) / UNIT;
            int octets = Math.min(UNIT, size - at);
            if ((whole.units[unit >> 6] & 1L << unit) != 0) {
                whole.overlapped = true;
                continue;
            }
            whole.units[unit >> 6] |= 1L << unit;
            whole.have += octets;
            System.arraycopy(array, from + at, whole.data, offset + at, octets);
        }
    }

    private void keepLimits() {
        while (waiting.size() > maxDatagrams || waitingOctets > maxOctets) {
            Iterator<Datagram> oldest = waiting.values().iterator();
            waitingOctets -= oldest.next().data.length;
            oldest.remove();
            givenUp++;
            limitHits++;
        }
    }

    /** What {@link #add} completed: the payload behind the IP headers, from index 0. */
    public byte[] datagram() {
        return datagram;
    }

    /** Octets of {@link #datagram}. */
    public int length() {
        return length;
    }

    public long completed() {
        return completed;
    }

    /** Datagrams and fragments that came to nothing because of a limit, a cut or their shape. */
    public long givenUp() {
        return givenUp;
    }

    /** Datagrams that were given up because too much waited. */
    public long limitHits() {
        return limitHits;
    }

    /** Completed datagrams whose fragments overlapped. */
    public long overlaps() {
        return overlaps;
    }

    /** Datagrams that still wait for fragments. */
    public int waiting() {
        return waiting.size();
    }
}
