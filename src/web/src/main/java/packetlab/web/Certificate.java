package packetlab.web;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A key and a certificate that it signed itself, made on the spot by the JDK's own keytool: the JDK has no public API for
 * making one. Its file is this user's alone and gone before this returns; the password passes through the environment.
 */
final class Certificate {
    private static final String ALIAS = "packetlab", PASSWORD_VARIABLE = "PACKETLAB_KEYSTORE_PASSWORD";
    private static final int VALID_DAYS = 30, LONGEST_S = 60;

    private final KeyStore keys;
    private final String password;

    private Certificate(KeyStore keys, String password) {
        this.keys = keys;
        this.password = password;
    }

    /** @param address that the server binds to, beside loopback */
    static Certificate make(InetAddress address, Set<String> hosts) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        if (!Files.isExecutable(keytool)) {
            throw new IOException("no certificate can be made: this Java has no keytool (" + keytool + ")");
        }
        StringBuilder names = new StringBuilder("san=dns:localhost,ip:127.0.0.1,ip:::1");
        if (!address.isAnyLocalAddress() && !address.isLoopbackAddress()) {
            names.append(",ip:").append(address.getHostAddress().replaceFirst("%.*", ""));
        }
        hosts.forEach(host -> names.append(",dns:").append(host));
        String password = new BigInteger(160, new SecureRandom()).toString(36);
        Path folder = Files.createTempDirectory("packetlab-tls");
        Path file = folder.resolve("keys.p12");
        try {
            ProcessBuilder builder = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", ALIAS, "-keyalg", "EC",
                    "-groupname", "secp256r1", "-dname", "CN=packetlab", "-ext", names.toString(), "-validity",
                    String.valueOf(VALID_DAYS), "-storetype", "PKCS12", "-storepass:env", PASSWORD_VARIABLE, "-keystore",
                    file.toString(), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC");
            builder.environment().put(PASSWORD_VARIABLE, password);
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            Process process = builder.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool made no certificate: " + said.lines().findFirst().orElse("it said nothing"));
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, password.toCharArray());
            }
            return new Certificate(keys, password);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate that was made cannot be used: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a certificate was made", e);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    KeyStore keys() {
        return keys;
    }

    String password() {
        return password;
    }

    Trust trust() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return new Trust(context, (X509TrustManager) managers.getTrustManagers()[0]);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS in this Java", e);
        }
    }
}
