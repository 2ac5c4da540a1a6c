package packetlab.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import packetlab.wire.Net;

/** Tells captures from other things by their first octets. */
final class Recognise {
    /** Octets that are looked at to say what it is instead. */
    private static final int HEAD = 64;

    private Recognise() {}

    /** The format of what begins in the window, or null while too little of it is there. */
    static Format format(Window w, String source, CaptureReader.Listener listener) throws IOException {
        if (w.remaining() < Integer.BYTES) {
            return null;
        }
        int magic = Net.i32(w.array, w.at);
        if (magic >>> 16 == GzipSource.MAGIC && !(w.source() instanceof GzipSource)) {
            w.inflate();
            return null;
        }
        switch (magic) {
            case PcapFormat.MAGIC_MICRO, PcapFormat.MAGIC_NANO, PcapFormat.MAGIC_MODIFIED -> {
                return new PcapFormat(source, listener, magic, true);
            }
            case PcapngFormat.SECTION_HEADER -> {
                return new PcapngFormat(source, listener);
            }
            default -> {
                int reversed = Integer.reverseBytes(magic);
                if (reversed == PcapFormat.MAGIC_MICRO || reversed == PcapFormat.MAGIC_NANO
                        || reversed == PcapFormat.MAGIC_MODIFIED) {
                    return new PcapFormat(source, listener, reversed, false);
                }
            }
        }
        throw notACapture(w, source);
    }

    /** What to say of a source that ended or is no capture. */
    static CaptureFormatException notACapture(Window w, String source) {
        int there = w.remaining();
        if (there == 0) {
            return new CaptureFormatException(source, "is empty, not a capture file", 0, 1);
        }
        if (there < Integer.BYTES) {
            return new CaptureFormatException(source, "is not a capture file: it has only " + there + " octets", 0, 1);
        }
        byte[] head = Arrays.copyOfRange(w.array, w.at, w.at + Math.min(there, HEAD));
        String looks = looksLike(head);
        return new CaptureFormatException(source,
                String.format("is not a capture file: it begins with %08x, which neither pcap nor pcapng does%s",
                        Net.i32(w.array, w.at), looks == null ? "" : " (looks like " + looks + ")"), 0, 1);
    }

    private static String looksLike(byte[] head) {
        String s = new String(head, StandardCharsets.ISO_8859_1);
        if (s.startsWith("\u007fELF")) {
            return "an ELF program";
        }
        if (s.startsWith("\u001f\u008b")) {
            return "gzip-compressed data, twice: uncompress it first";
        }
        if (s.startsWith("PK\u0003\u0004")) {
            return "a zip archive";
        }
        if (s.startsWith("\u0028\u00b5\u002f\u00fd")) {
            return "zstd-compressed data: uncompress it first";
        }
        if (s.startsWith("\u0004\"M\u0018")) {
            return "lz4-compressed data: uncompress it first";
        }
        if (s.startsWith("BZh")) {
            return "bzip2-compressed data: uncompress it first";
        }
        if (s.startsWith("\u00fd7zXZ")) {
            return "xz-compressed data: uncompress it first";
        }
        if (s.startsWith("snoop\0\0\0")) {
            return "a snoop capture: editcap converts it";
        }
        if (s.startsWith("btsnoop\0")) {
            return "a Bluetooth btsnoop capture: editcap converts it";
        }
        if (s.startsWith("RTSS") || s.startsWith("GMBU")) {
            return "a Network Monitor capture: editcap converts it";
        }
        if (s.startsWith("XCP\0") || s.startsWith("TRSNIFF data")) {
            return "a Sniffer capture: editcap converts it";
        }
        if (s.chars().allMatch(c -> c == 0)) {
            return "nothing but zeros";
        }
        if (isText(head)) {
            return s.startsWith("{") || s.startsWith("[") ? "JSON" : s.startsWith("<") ? "XML or HTML" : "text";
        }
        return null;
    }

    /** UTF-8 (the last character may be cut) without control characters other than those of lines. */
    private static boolean isText(byte[] head) {
        CharBuffer text = CharBuffer.allocate(head.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(head), text, head.length < HEAD).isError()) {
            return false;
        }
        return text.flip().chars().allMatch(c -> c >= ' ' && c != 0x7F || c == '\t' || c == '\n' || c == '\r');
    }
}
