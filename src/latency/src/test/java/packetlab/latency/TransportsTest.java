package packetlab.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import packetlab.latency.Setting.Mode;
import packetlab.latency.Setting.SocketOptions;
import packetlab.latency.Setting.Trouble;
import packetlab.latency.Setting.Wait;

/**
 * Every transport that needs no right carries every message there and back, over real sockets; the others are in the
 * command's live test.
 */
@Timeout(60)
class TransportsTest {
    private static final int MESSAGES = 60, LARGE = 60_000;

    static List<Setting> settings() {
        List<Setting> all = new ArrayList<>();
        for (Transport t : Transport.values()) {
            if (t.isRaw()) {
                continue;
            }
            Setting plain = Measured.setting(t, 64);
            all.add(plain);
            all.add(plain.awaiting(Wait.SPIN));
            all.add(Measured.setting(t, Setting.MIN_SIZE));
            all.add(Measured.setting(t, t == Transport.UDP ? 65_507 : 100_000));
            all.add(plain.over(5, 4));
            all.add(plain.at(Mode.OPEN, 2_000).over(3, 4));
            if (!t.isUnix()) {
                all.add(plain.over(1, 6));
            }
            if (t.isStream()) {
                all.add(plain.with(Trouble.reconnecting()));
            }
        }
        Setting tcp = Measured.setting(Transport.TCP, 64);
        all.add(tcp.with(new SocketOptions(false, 8_192, 8_192, 0, true)));
        all.add(tcp.with(Trouble.writes(4)));
        all.add(Measured.setting(Transport.HTTP, 126));
        all.add(Measured.setting(Transport.WEBSOCKET, 125));
        all.add(Measured.setting(Transport.WEBSOCKET, 126));
        all.add(Measured.setting(Transport.WEBSOCKET, 65_536));
        all.add(Measured.setting(Transport.TCP, Setting.MAX_SIZE));
        return all;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everyMessageComesBackOnce(Setting setting) {
        int messages = setting.size() > LARGE ? MESSAGES / 10 : MESSAGES;
        Plan plan = Plan.of(1, messages).warmingUp(messages / 3).waiting(20_000_000_000L);
        for (Round round : Measured.rounds(setting, plan)) {
            assertNull(round.trouble());
            assertEquals(messages, round.sent());
            assertEquals(messages, round.latency().getTotalCount());
            assertEquals(0, round.lost() + round.late() + round.duplicated() + round.reordered());
            assertTrue(round.latency().getMinValue() > 0);
            assertTrue(round.clientCpuNs() > 0 && round.serverCpuNs() > 0, "processor time of both ends");
        }
    }

    @Test
    void rawMeansBothOfThem() {
        assertEquals(List.of(Transport.RAW_DATAGRAM, Transport.RAW_ICMP), Transport.named("raw"));
        assertEquals(List.of(), Transport.named("sctp"));
        Stream.of(Transport.values()).forEach(t -> assertEquals(List.of(t), Transport.named(t.word())));
    }

    @Test
    void aSizeThatNoDatagramHasIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Measured.setting(Transport.UDP, 65_508));
        assertThrows(IllegalArgumentException.class, () -> Measured.setting(Transport.TCP, 7));
        assertThrows(IllegalArgumentException.class, () -> Measured.setting(Transport.TCP, Setting.MAX_SIZE + 1));
    }
}
