package packetlab.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses that begin alike, such as {@code 10.0.0.0/8} or {@code ::1}. Each of the family's length in bits. */
record AddressRange(int version, long high, long low, int bits) {
    /** From its text, or null where that is none; asks no name server. */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] octets = octets(address);
        if (octets == null) {
            return null;
        }
        int all = octets.length * 8;
        int bits = all;
        if (slash >= 0) {
            String length = text.substring(slash + 1);
            if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > all) {
                return null;
            }
            bits = Integer.parseInt(length);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < octets.length; i++) {
            high = high << 8 | (low >>> 56);
            low = low << 8 | octets[i] & 0xFF;
        }
        return octets.length == 4 ? new AddressRange(4, 0, low, bits) : new AddressRange(6, high, low, bits);
    }

    private static byte[] octets(String address) {
        if (address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            byte[] octets = new byte[4];
            String[] parts = address.split("\\.");
            for (int i = 0; i < 4; i++) {
                int part = Integer.parseInt(parts[i]);
                if (part > 255 || parts[i].length() > 1 && parts[i].startsWith("0")) {
                    return null;        // 010 is eight to some programs
                }
                octets[i] = (byte) part;
            }
            return octets;
        }
        if (address.indexOf(':') < 0 || !address.matches("[0-9a-fA-F:.]{2,45}")) {
            return null;
        }
        try {
            byte[] octets = InetAddress.getByName(address).getAddress();    // with a colon it is never a name
            return octets.length == 16 ? octets : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    boolean contains(int itsVersion, long itsHigh, long itsLow) {
        if (itsVersion != version) {
            return false;
        }
        if (version == 4) {
            return bits == 0 || (itsLow ^ low) >>> 32 - bits == 0;
        }
        if (bits <= 64) {
            return bits == 0 || (itsHigh ^ high) >>> 64 - bits == 0;
        }
        return itsHigh == high && (itsLow ^ low) >>> 128 - bits == 0;
    }
}
