package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import packetlab.wire.LinkType;

class FilterCompilerTest {
    private static final int RETURN = 6;

    @Test
    void nothingMeansAllAndTheSnapLengthIsWhatReturns() throws IOException {
        ByteBuffer all = FilterCompiler.compile("", LinkType.EN10MB, 256);
        assertEquals(FilterCompiler.INSTRUCTION, all.remaining());
        assertEquals(RETURN, all.getShort(0));
        assertEquals(256, all.getInt(4));
        ByteBuffer udp = FilterCompiler.compile("udp", LinkType.EN10MB, 77);
        assertTrue(udp.remaining() > all.remaining());
        assertEquals(77, udp.getInt(udp.limit() - 12), "the last but one returns the snap length, the last nothing");
        assertEquals(0, udp.getInt(udp.limit() - 4));
    }

    @Test
    void theLinkLayerDecidesWhereTheBytesAre() throws IOException {
        ByteBuffer ethernet = FilterCompiler.compile("ip", LinkType.EN10MB, 100);
        ByteBuffer raw = FilterCompiler.compile("ip", LinkType.RAW, 100);
        assertEquals(12, ethernet.getInt(4), "the EtherType");
        assertEquals(0, raw.getInt(4), "the version of IP");
    }

    @Test
    void whatDoesNotCompileIsTheUsersMistake() {
        String message = assertThrows(UsageException.class,
                () -> FilterCompiler.compile("tcp prot 80", LinkType.EN10MB, 100)).getMessage();
        assertTrue(message.startsWith("the capture filter 'tcp prot 80' does not compile: "), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void longOnesEndInTime() throws IOException {
        StringBuilder ports = new StringBuilder("port 1");
        for (int port = 2; ports.length() < 2000; port++) {
            ports.append(" or port ").append(port);
        }
        assertTrue(FilterCompiler.compile(ports.toString(), LinkType.EN10MB, 100).hasRemaining());
        String brackets = "(".repeat(2000) + "ip" + ")".repeat(2000);
        assertTrue(FilterCompiler.compile(brackets, LinkType.EN10MB, 100).hasRemaining());
        String tooLong = "ip or ".repeat(10_000) + "ip";
        assertEquals("the capture filter is too long: 60002 octets, and 4096 are the limit", assertThrows(
                UsageException.class, () -> FilterCompiler.compile(tooLong, LinkType.EN10MB, 100)).getMessage());
    }
}
