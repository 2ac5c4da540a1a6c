package packetlab.rules;

import packetlab.wire.Dissector;

/** Looks for octets in what a packet or a message carries. */
final class PayloadSearch {
    private PayloadSearch() {}

    /** In the payload of this one packet: what is cut in two by a segment's end is not found. */
    static boolean contains(PacketFacts p, byte[] wanted) {
        Dissector d = p.dissector();
        if (p.isTcp()) {
            return contains(d.tcp().array(), d.tcp().payloadOffset(), d.tcp().payloadCapturedLength(), wanted);
        }
        return p.result() == Dissector.Result.UDP
                && contains(d.udp().array(), d.udp().payloadOffset(), d.udp().payloadCapturedLength(), wanted);
    }

    private static boolean contains(byte[] array, int at, int length, byte[] wanted) {
        for (int i = 0; i + wanted.length <= length; i++) {
            int n = 0;
            while (n < wanted.length && array[at + i + n] == wanted[n]) {
                n++;
            }
            if (n == wanted.length) {
                return true;
            }
        }
        return false;
    }

    static boolean contains(byte[] data, byte[] wanted) {
        return contains(data, 0, data.length, wanted);
    }
}
