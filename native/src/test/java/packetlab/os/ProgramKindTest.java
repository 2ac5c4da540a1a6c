package packetlab.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramKindTest {
    @TempDir
    Path folder;

    /** A 64-bit ELF file of this byte order with one program header of that type. */
    private Path elf(String name, int headerType) throws IOException {
        ByteBuffer elf = ByteBuffer.allocate(64 + 56).order(ByteOrder.nativeOrder());
        elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2,
            (byte) (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1});
        elf.putShort(16, (short) 2).putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1).putInt(64, headerType);
        Path file = Files.write(folder.resolve(name), elf.array());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Test
    void aProgramWithoutInterpreterIsStatic() throws IOException {
        assertEquals("go is a static program", ProgramKind.obstacle(elf("go", 1)));
        assertNull(ProgramKind.obstacle(elf("c", 3)));
        assertNull(ProgramKind.obstacle(Path.of(System.getProperty("java.home"), "bin", "java")));
    }

    @Test
    void ofAScriptItsInterpreterCounts() throws IOException {
        Path go = elf("static", 1);
        Path script = Files.writeString(folder.resolve("script"), "#! " + go + " -x\nwhatever\n");
        assertEquals("static is a static program", ProgramKind.obstacle(script));
        Path plain = Files.writeString(folder.resolve("plain"), "#!/bin/sh\n");
        assertNull(ProgramKind.obstacle(plain));
        Files.writeString(script, "#!" + script + "\n");        // of itself
        assertNull(ProgramKind.obstacle(script));
    }

    @Test
    void whatIsCutShortIsNoObstacle() throws IOException {
        byte[] whole = Files.readAllBytes(elf("whole", 3));
        for (int length = 0; length < 64; length++) {
            Path file = folder.resolve("cut");
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertNull(ProgramKind.obstacle(file), length + " octets");
        }
    }
}
