package packetlab.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import packetlab.os.OsException;
import packetlab.os.SocketAddress;
import packetlab.os.Sockets;

/** The echo server and clients that nobody here wrote. */
@Tag("peers")
@Timeout(60)
class PeersTest {
    private Stage stage;
    private int port;

    @BeforeEach
    void serve() throws Exception {
        stage = new Stage(call -> { }, filter -> { });
        Calls calls = stage.server();
        int listening = calls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        calls.bind(listening, SocketAddress.loopback(0));
        calls.listen(listening, 8);
        port = ((SocketAddress.Ipv4) calls.getsockname(listening)).port();
        stage.start("acceptor", () -> {
            try {
                while (true) {
                    int socket = calls.accept(listening);
                    stage.start("server", () -> new WebSocketServer(calls, socket, 5_000).serve());
                }
            } catch (OsException stageIsClosed) {
                // the end of the test
            }
        });
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void nodesWsIsAnsweredRightly() throws Exception {
        Path script = Files.createTempFile("ws-client", ".js");
        try (InputStream in = PeersTest.class.getResourceAsStream("ws-client.js")) {
            Files.write(script, in.readAllBytes());
            assertEquals("[\"\",\"안녕하세요\",100000,\"in pieces\",\"pong ping\",3000,1009]",
                    output("node", script.toString(), Integer.toString(port)).strip());
        } finally {
            Files.delete(script);
        }
    }

    @Test
    void curlIsToldWhatIsMissing() throws Exception {
        String answer = output("curl", "-s", "-i", "http://127.0.0.1:" + port + "/");
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        assertTrue(answer.contains("The request's Upgrade field names websocket (RFC 6455 section 4.1)."), answer);
    }

    private static String output(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw notRun(command[0] + " is not installed");
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw notRun(command[0] + " failed; node needs the package ws (npm install ws) where NODE_PATH points");
        }
        return output;
    }

    private static RuntimeException notRun(String why) {
        System.err.println("NOT RUN: " + why);
        Assumptions.abort(why);
        return new IllegalStateException(why);
    }
}
