package packetlab.labs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who vouches for a student's files: the teacher has one secret, and each student a key that is made from it (HMAC-SHA-256,
 * RFC 2104), so that the teacher can check every signature and no student can make another's. What a student's own key
 * signs, that student can sign again: a signature shows whose a capture is and that nobody else changed it since, not that
 * its owner did not.
 */
public final class Course {
    private static final String SECRET_HEAD = "packetlab course secret 1", TOKEN_HEAD = "packetlab token 1";
    private static final int KEY_OCTETS = 32;
    /** A student's id stands in file names, too. */
    public static final String ID = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}";

    private final byte[] secret;

    private Course(byte[] secret) {
        this.secret = secret;
    }

    /** Makes a new secret in a new file that only its owner may read. */
    public static void create(Path file) throws IOException {
        byte[] key = new byte[KEY_OCTETS];
        new SecureRandom().nextBytes(key);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, SECRET_HEAD + "\n" + HexFormat.of().formatHex(key) + "\n", StandardOpenOption.WRITE);
    }

    public static Course read(Path file) throws IOException, LabSyntaxException {
        String[] lines = Texts.read(file).strip().split("\\R");
        if (lines.length != 2 || !lines[0].equals(SECRET_HEAD)) {
            throw new LabSyntaxException(file.toString(), 1, "'" + SECRET_HEAD + "' (made by 'packetlab lab secret')", lines[0]);
        }
        return new Course(key(file.toString(), lines[1]));
    }

    private static byte[] key(String source, String hex) throws LabSyntaxException {
        if (!hex.strip().matches("[0-9a-f]{" + 2 * KEY_OCTETS + "}")) {
            throw new LabSyntaxException(source, 0, "a key of " + 2 * KEY_OCTETS + " hexadecimal digits", "something else");
        }
        return HexFormat.of().parseHex(hex.strip());
    }

    /** What a student gets from the teacher, to sign with. */
    public record Token(String student, byte[] key) {
        /** @throws LabSyntaxException where it is not one that {@code lab tokens} made */
        public static Token read(Path file) throws IOException, LabSyntaxException {
            String[] lines = Texts.read(file).strip().split("\\R");
            if (lines.length != 3 || !lines[0].equals(TOKEN_HEAD) || !lines[1].startsWith("student: ")
                    || !lines[2].startsWith("key: ")) {
                throw new LabSyntaxException(file.toString(), 1, "'" + TOKEN_HEAD + "' (made by 'packetlab lab tokens')",
                        lines[0]);
            }
            return new Token(lines[1].substring(9).strip(), Course.key(file.toString(), lines[2].substring(5)));
        }

        public String text() {
            return TOKEN_HEAD + "\nstudent: " + student + "\nkey: " + HexFormat.of().formatHex(key) + "\n";
        }

        public String sign(String text) {
            return HexFormat.of().formatHex(hmac(key, text));
        }
    }

    public Token token(String student) {
        return new Token(student, hmac(secret, "packetlab student 1\n" + student));
    }

    /** What a student's lab is drawn from. With a token nobody else can know it, without one anybody can. */
    public static long seed(Token token, String student, String lab) {
        String what = "packetlab seed 1\n" + student + "\n" + lab;
        return ByteBuffer.wrap(token != null ? hmac(token.key, what) : sha256(what.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    public static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    static String hash(byte[] octets) {
        return HexFormat.of().formatHex(sha256(octets));
    }

    private static byte[] sha256(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
