package packetlab.pcap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds captures octet by octet, in either byte order, right or wrong. */
final class CaptureBytes {
    static final int SECTION = 0x0A0D0D0A;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean bigEndian;

    CaptureBytes(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    CaptureBytes order(boolean big) {
        bigEndian = big;
        return this;
    }

    CaptureBytes u8(int... values) {
        for (int v : values) {
            out.write(v);
        }
        return this;
    }

    CaptureBytes u16(int value) {
        return number(value, 2);
    }

    CaptureBytes u32(long value) {
        return number(value, 4);
    }

    CaptureBytes u64(long value) {
        return number(value, 8);
    }

    private CaptureBytes number(long value, int octets) {
        for (int i = 0; i < octets; i++) {
            out.write((int) (value >>> 8 * (bigEndian ? octets - 1 - i : i)));
        }
        return this;
    }

    CaptureBytes raw(byte[] octets) {
        out.writeBytes(octets);
        return this;
    }

    CaptureBytes pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return this;
    }

    int size() {
        return out.size();
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** Octets 1, 2, 3 ... */
    static byte[] payload(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i + 1);
        }
        return octets;
    }

    CaptureBytes pcapHeader(int magic, int major, int minor, int snaplen, int linkType) {
        return u32(magic).u16(major).u16(minor).u32(0).u32(0).u32(snaplen).u32(linkType);
    }

    CaptureBytes pcapHeader(int magic) {
        return pcapHeader(magic, 2, 4, 65_535, 1);
    }

    CaptureBytes record(long seconds, long fraction, byte[] octets, long wireLength) {
        return u32(seconds).u32(fraction).u32(octets.length).u32(wireLength).raw(octets);
    }

    CaptureBytes block(int type, byte[] body) {
        int length = 12 + body.length;
        return u32(type).u32(length).raw(body).u32(length);
    }

    private CaptureBytes body() {
        return new CaptureBytes(bigEndian);
    }

    CaptureBytes section(byte... options) {
        return block(SECTION, body().u32(0x1A2B3C4D).u16(1).u16(0).u64(-1).raw(options).bytes());
    }

    CaptureBytes interfaceBlock(int linkType, long snaplen, byte... options) {
        return block(1, body().u16(linkType).u16(0).u32(snaplen).raw(options).bytes());
    }

    CaptureBytes enhanced(int id, long ticks, byte[] octets, long wireLength, byte... options) {
        return block(6, body().u32(id).u32(ticks >>> 32).u32(ticks).u32(octets.length).u32(wireLength).raw(octets).pad()
                .raw(options).bytes());
    }

    CaptureBytes obsolete(int id, int drops, long ticks, byte[] octets, long wireLength, byte... options) {
        return block(2, body().u16(id).u16(drops).u32(ticks >>> 32).u32(ticks).u32(octets.length).u32(wireLength)
                .raw(octets).pad().raw(options).bytes());
    }

    CaptureBytes simple(byte[] octets, long wireLength) {
        return block(3, body().u32(wireLength).raw(octets).pad().bytes());
    }

    CaptureBytes statistics(int id, byte... options) {
        return block(5, body().u32(id).u64(0).raw(options).bytes());
    }

    /** Options are built apart, because they lie inside a block. */
    CaptureBytes option(int code, byte[] value) {
        return u16(code).u16(value.length).raw(value).pad();
    }

    CaptureBytes option(int code, String text) {
        return option(code, text.getBytes(StandardCharsets.UTF_8));
    }

    CaptureBytes option(int code, long number) {
        return option(code, body().u64(number).bytes());
    }

    byte[] endOfOptions() {
        return u32(0).bytes();
    }
}
