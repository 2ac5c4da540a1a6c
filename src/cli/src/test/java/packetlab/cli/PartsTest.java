package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Endpoint;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.event.PacketEvent;
import packetlab.event.Side;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;
import packetlab.os.Doctor;
import packetlab.os.WallClock;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The small parts of commands. */
class PartsTest {
    @ParameterizedTest
    @CsvSource({"500ms,500000000", "10s,10000000000", "1.5s,1500000000", "3,3000000000", "2m,120000000000",
        "1h,3600000000000"})
    void timesAreReadInTheirUnits(String text, long ns) {
        assertEquals(ns, new Durations().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1 s", "1d", "0", "0.0s", "1e3", "99999999999s"})
    void whatIsNoTimeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new Durations().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5120,5120", "64K,65536", "32M,33554432", "32MB,33554432", "1.5g,1610612736", "2T,2199023255552"})
    void aSizeIsBytesOrHasAUnit(String text, long bytes) {
        assertEquals(bytes, new Sizes().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "1 M", "1X", "1e3", "9999999999999999"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new Sizes().convert(text));
    }

    @Test
    void portsAndWordsBecomeOneFilter() {
        assertEquals("", filter());
        assertEquals("port 80", filter("-p", "80"));
        assertEquals("port 80 or port 81", filter("-p", "80", "--port=81"));
        assertEquals("tcp and not port 22", filter("tcp", "and", "not", "port", "22"));
        assertEquals("(port 80) and (host 10.0.0.1)", filter("-p", "80", "host 10.0.0.1"));
    }

    private static String filter(String... arguments) {
        CaptureOptions options = new CaptureOptions();
        new CommandLine(options).parseArgs(arguments);
        return options.filter();
    }

    @Test
    void progressTellsWhatWasCounted() {
        assertEquals("1,234,567 packets  89.1 MB  3 dropped  617,284 packets/s  2 s",
                Progress.line(1_234_567, 89_100_000, 3, 2));
        assertEquals("10 packets  0.0 MB  10 packets/s  1 s", Progress.line(10, 640, Event.UNKNOWN, 1));
    }

    @Test
    void theDoctorsTableNamesTheRemedyUnderWhatDoesNotWork() {
        List<Doctor.Check> checks = List.of(new Doctor.Check("libpcap", true, "1.10", null),
                new Doctor.Check("capture on lo", false, "not \"allowed\"", "grant it"));
        CommonOptions common = new CommonOptions();
        common.color = CommonOptions.Color.never;
        assertEquals("  ✓ libpcap        1.10\n  ✗ capture on lo  not \"allowed\"\n" + " ".repeat(19)
                + "as root:  grant it\n", new DoctorReport(common, true).lines(checks));
        assertTrue(new DoctorReport(common, false).lines(checks).chars().allMatch(c -> c < 0x7F));
        common.json = true;
        assertEquals("{\"event\":\"doctor.check\",\"what\":\"libpcap\",\"works\":true,\"detail\":\"1.10\"}\n"
                + "{\"event\":\"doctor.check\",\"what\":\"capture on lo\",\"works\":false,"
                + "\"detail\":\"not \\\"allowed\\\"\",\"remedy\":\"grant it\"}\n",
                new DoctorReport(common, true).lines(checks));
    }

    @Test
    void callsAndPacketsComeOutInTheOrderOfTheirTimes() {
        List<Event> out = new ArrayList<>();
        TimeOrder order = new TimeOrder(collecting(out));
        long now = WallClock.nowNs();
        Event packet = datagram(now - 50);
        Event before = call(now - 90);
        Event after = call(now - 10);
        for (Event event : List.of(packet, after, before)) {
            order.onEvent(event);
        }
        order.flush();
        assertEquals(List.of(), out, "held back: an earlier one may still come");
        order.finish(null, null, null);
        assertEquals(List.of(before, packet, after), out);
    }

    @Test
    void whatIsOldIsHeldBackNoLonger() {
        List<Event> out = new ArrayList<>();
        TimeOrder order = new TimeOrder(collecting(out));
        Event old = call(WallClock.nowNs() - 2_000_000_000L);
        Event recent = call(WallClock.nowNs() + 60_000_000_000L);
        order.onEvent(recent);
        order.onEvent(old);
        order.flush();
        assertEquals(List.of(old), out);
    }

    private static Event datagram(long timeNs) {
        return new PacketEvent.Datagram(timeNs, 1, new Endpoint("10.0.0.1", 1), new Endpoint("10.0.0.2", 2), 0, null);
    }

    private static Event call(long timeNs) {
        return new CallEvent(timeNs, timeNs + 5, "send", 1, 1, 5, "", 0, null, Event.UNKNOWN, Side.CLIENT,
                Event.UNKNOWN, 0, List.of());
    }

    private static Output collecting(List<Event> out) {
        return new Output() {
            @Override
            public void onEvent(Event event) {
                out.add(event);
            }

            @Override
            public boolean wants(EventType type) {
                return true;
            }

            @Override
            public void flush() {
                // nothing is kept back here
            }

            @Override
            public void finish(CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
                // the test looks at what came before
            }
        };
    }
}
