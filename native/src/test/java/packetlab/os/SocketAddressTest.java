package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:80", "255.255.255.255, 255.255.255.255:80", "0.0.0.0, 0.0.0.0:80",
        "::, [::]:80", "::1, [::1]:80", "1::, [1::]:80", "2001:DB8::1, [2001:db8::1]:80",
        "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80", "1:0:3:4:5:6:7:8, [1:0:3:4:5:6:7:8]:80",
        "1:2:3:4:5:6:0:0, [1:2:3:4:5:6::]:80", "::ffff:10.1.2.3, [::ffff:10.1.2.3]:80",
        "fe80::1%7, [fe80::1%7]:80", "1:2:3:4:5:6:7::, [1:2:3:4:5:6:7:0]:80", "fe80::1%lo, [fe80::1%1]:80"})
    void ipAddressesKeepTheirTextThroughTheStruct(String host, String text) {
        SocketAddress address = SocketAddress.of(host, 80);
        assertEquals(text, address.toString());
        ByteBuffer struct = ByteBuffer.allocateDirect(128);
        assertEquals(address, SocketAddress.readFrom(struct, address.writeTo(struct)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "1.2.3", "1.2.3.256", "1.2.3.04", "1.2.3.4.5", "1.2.3.-4", ":", ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7::8", "::1%no-such",
        "::1.2.3"})
    void whatIsNoNumericAddressIsRefused(String host) {
        assertThrows(IllegalArgumentException.class, () -> SocketAddress.of(host, 80));
    }

    @Test
    void portsAndPathsHaveLimits() {
        assertThrows(IllegalArgumentException.class, () -> SocketAddress.loopback(65536));
        assertThrows(IllegalArgumentException.class, () -> SocketAddress.loopback(-1));
        assertThrows(IllegalArgumentException.class, () -> new SocketAddress.Unix("x".repeat(108)));
        assertThrows(IllegalArgumentException.class, () -> new SocketAddress.Unix("한".repeat(36)));
        assertEquals("x".repeat(107), roundTrip(new SocketAddress.Unix("x".repeat(107))).toString());
        assertEquals("@" + "x".repeat(107), roundTrip(new SocketAddress.Unix("x".repeat(107), true)).toString());
    }

    @Test
    void structsOfAnyLengthAreReadWithoutFailing() {
        ByteBuffer struct = ByteBuffer.allocateDirect(128);
        for (int family : new int[] {0, 1, 2, 10, 16, 17, 65535}) {
            struct.order(java.nio.ByteOrder.nativeOrder()).putShort(0, (short) family);
            for (int length = 0; length <= 128; length++) {
                SocketAddress.readFrom(struct, length).toString();
            }
        }
    }

    private static SocketAddress roundTrip(SocketAddress address) {
        ByteBuffer struct = ByteBuffer.allocateDirect(128);
        return SocketAddress.readFrom(struct, address.writeTo(struct));
    }
}
