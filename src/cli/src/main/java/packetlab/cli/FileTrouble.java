package packetlab.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be used, in one line: the JDK's messages are often the bare name. */
final class FileTrouble {
    private FileTrouble() {}

    static String line(String file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return file + ": no such file";
        }
        if (e instanceof AccessDeniedException) {
            return file + ": permission denied";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return file + ": " + system.getReason();
        }
        String message = String.valueOf(e.getMessage());
        return message.startsWith(file) ? message : file + ": " + message;
    }
}
