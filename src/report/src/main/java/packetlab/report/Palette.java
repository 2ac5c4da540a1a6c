package packetlab.report;

import java.nio.charset.StandardCharsets;

/** Colours as the bytes that switch them on, all empty where there are none. */
record Palette(byte[] client, byte[] server, byte[] quiet, byte[] note, byte[] warning, byte[] plain) {
    static Palette of(boolean colour) {
        return new Palette(sgr(colour, "36"), sgr(colour, "32"), sgr(colour, "2"), sgr(colour, "33"),
                sgr(colour, "1;31"), sgr(colour, "0"));
    }

    /** ECMA-48 section 8.3.117, select graphic rendition. */
    private static byte[] sgr(boolean colour, String codes) {
        return colour ? ("\u001b[" + codes + "m").getBytes(StandardCharsets.US_ASCII) : new byte[0];
    }
}
