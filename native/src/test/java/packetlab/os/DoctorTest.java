package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorTest {
    @Test
    void everyCheckSaysWhatItFound() {
        List<Doctor.Check> checks = Doctor.examine();
        for (Doctor.Check check : checks) {
            assertFalse(check.what().isBlank());
            assertFalse(check.detail().isBlank());
            assertEquals(1, check.detail().lines().count(), check.detail());
        }
        assertEquals(checks.size(), checks.stream().map(Doctor.Check::what).distinct().count());
        assertTrue(checks.get(0).works(), "this Java runs");
        assertTrue(checks.get(0).detail().startsWith(System.getProperty("java.version")));
    }

    @Test
    void insideANamespaceCapturingWorks() throws IOException {
        String output = Inside.run(Printing.class, List.of()).output();
        assertTrue(output.contains("capture on lo: true, a live capture was opened, null\n"), output);
    }

    @Test
    void whatIsMissingHasACommandThatBringsIt() throws IOException {
        List<String> powerless = List.of(Programs.find("setpriv"), "--inh-caps=-all", "--ambient-caps=-all",
                "--bounding-set=-all", "--no-new-privs");
        String output = Inside.run(Printing.class, powerless).output();
        assertTrue(output.contains("capture on lo: false, may not capture on lo: CAP_NET_RAW is missing"), output);
    }

    /** Prints what the doctor says. */
    static final class Printing {
        public static void main(String[] arguments) throws IOException {
            if (CaptureRight.granted()) {
                PrivateNamespace.prepare();
            }
            for (Doctor.Check c : Doctor.examine()) {
                System.out.println(c.what() + ": " + c.works() + ", " + c.detail() + ", " + c.remedy());
            }
        }
    }

    @Test
    void theStatesOfTheGrantHaveTheirRemedies() {
        assertEquals("scripts/grant-capture", CaptureGrant.remedy(false, false, "ann"));
        assertEquals("scripts/grant-capture --user ann", CaptureGrant.remedy(true, false, "ann"));
        assertNull(CaptureGrant.remedy(true, true, "ann"));
        assertEquals("not installed", CaptureGrant.state(false, false));
        assertEquals("installed, but serves the ring only (--backend ring)", CaptureGrant.state(true, true));
    }
}
