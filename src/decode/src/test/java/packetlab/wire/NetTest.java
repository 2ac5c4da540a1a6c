package packetlab.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class NetTest {
    private static final byte[] BYTES = {(byte) 0xFE, (byte) 0xDC, (byte) 0xBA, (byte) 0x98, 0x76, 0x54, 0x32, 0x10};

    @Test
    void widthSignAndOrderAreInTheNameWhateverTheBufferSays() {
        ByteBuffer direct = ByteBuffer.allocateDirect(BYTES.length).put(BYTES);
        for (ByteBuffer b : new ByteBuffer[] {ByteBuffer.wrap(BYTES), direct}) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                b.order(order).position(3);
                assertEquals(0xFE, Net.u8(b, 0));
                assertEquals(0xFEDC, Net.u16(b, 0));
                assertEquals(0xDCFE, Net.u16le(b, 0));
                assertEquals(0xFEDCBA98, Net.i32(b, 0));
                assertEquals(0xFEDCBA98L, Net.u32(b, 0));
                assertEquals(0x98BADCFEL, Net.u32le(b, 0));
                assertEquals(0xFEDCBA9876543210L, Net.i64(b, 0));
                assertEquals(0x1032547698BADCFEL, Net.i64le(b, 0));
                assertEquals(0xDCBA, Net.u16(b, 1), "unaligned");
            }
        }
    }

    @Test
    void arraysAreReadAsBuffersAre() {
        ByteBuffer b = ByteBuffer.wrap(BYTES);
        for (int at = 0; at < BYTES.length; at++) {
            assertEquals(Net.u8(b, at), Net.u8(BYTES, at));
            if (at + 2 <= BYTES.length) {
                assertEquals(Net.u16(b, at), Net.u16(BYTES, at));
                assertEquals(Net.u16le(b, at), Net.u16le(BYTES, at));
            }
            if (at + 4 <= BYTES.length) {
                assertEquals(Net.i32(b, at), Net.i32(BYTES, at));
                assertEquals(Net.i32le(b, at), Net.i32le(BYTES, at));
                assertEquals(Net.u32(b, at), Net.u32(BYTES, at));
                assertEquals(Net.u32le(b, at), Net.u32le(BYTES, at));
            }
        }
        byte[] turned = new byte[BYTES.length];
        for (int i = 0; i < BYTES.length; i++) {
            turned[i] = BYTES[BYTES.length - 1 - i];
        }
        for (byte[] a : new byte[][] {BYTES, turned}) {
            assertEquals(Net.i64(ByteBuffer.wrap(a), 0), Net.i64(a, 0));
            assertEquals(Net.i64le(ByteBuffer.wrap(a), 0), Net.i64le(a, 0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> Net.i32(BYTES, BYTES.length - 3));
        assertThrows(IndexOutOfBoundsException.class, () -> Net.u16(BYTES, -1));
    }

    @Test
    void whatIsPutIsReadBack() {
        ByteBuffer b = ByteBuffer.allocate(16);
        Net.put16(b, 1, 0xABCD);
        Net.put32(b, 3, 0xDEADBEEF);
        Net.put64le(b, 7, 0x0102030405060708L);
        assertEquals(0xABCD, Net.u16(b, 1));
        assertEquals(0xDEADBEEFL, Net.u32(b, 3));
        assertEquals(0x0102030405060708L, Net.i64le(b, 7));
    }

    @Test
    void outsideIsRefused() {
        ByteBuffer b = ByteBuffer.allocate(4);
        assertThrows(IndexOutOfBoundsException.class, () -> Net.u16(b, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> Net.i32(b, -1));
    }
}
