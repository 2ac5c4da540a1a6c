package packetlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    @ParameterizedTest
    @CsvSource({
        "ko_KR.UTF-8,,,true", "C.utf8,,,true", ",C.UTF-8,,true", ",,en_US.UTF-8,true",
        "C,en_US.UTF-8,en_US.UTF-8,false", ",POSIX,en_US.UTF-8,false", ",,en_US.ISO-8859-1,false", ",,,false"})
    void theFirstLocaleVariableThatIsSetDecides(String lcAll, String lcCtype, String lang, boolean utf8) {
        assertEquals(utf8, Terminal.isUtf8(lcAll, lcCtype, lang));
    }

    @Test
    void aClosedDescriptorIsNoTerminal() {
        assertFalse(Terminal.isTerminal(987_654));
        assertFalse(Terminal.isPipe(987_654));
    }

    @Test
    void theMessageForAnUnwritableOutputIsTheKernels() {
        OutputStream full = failing("No space left on device");
        IOException e = assertThrows(IOException.class, () -> new StandardOutput(full, false).write(new byte[3]));
        assertInstanceOf(StandardOutput.Unwritable.class, e);
        assertEquals("No space left on device", e.getMessage());
    }

    @Test
    void whateverFailsOnAPipeIsAReaderThatHasGoneInAnyLanguage() {
        OutputStream korean = failing("파이프가 깨어짐");
        assertThrows(StandardOutput.ReaderGone.class, () -> new StandardOutput(korean, true).write(new byte[3]));
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
