package packetlab.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Debian's Chromium without a window, driven over its DevTools protocol. Its profile is gone afterwards. */
final class Chromium implements AutoCloseable {
    private static final int PATIENCE_S = 40;
    private static final String LISTENING = "DevTools listening on ";
    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<String> requests = new java.util.concurrent.CopyOnWriteArrayList<>();
    private final List<String> complaints = new java.util.concurrent.CopyOnWriteArrayList<>();

    Chromium(String program, URI page) throws Exception {
        profile = Files.createTempDirectory("chromium");
        process = new ProcessBuilder(program, "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                "--disable-quic", "--ignore-certificate-errors", "--window-size=1280,800", "--hide-scrollbars",
                "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        HttpClient http = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        URI browser = URI.create(listening());
        String pages = http.send(java.net.http.HttpRequest.newBuilder(
                URI.create("http://" + browser.getAuthority() + "/json/list")).build(),
                java.net.http.HttpResponse.BodyHandlers.ofString()).body();
        String address = null;
        for (JsonNode target : JSON.readTree(pages)) {
            address = target.get("type").asString().equals("page") ? target.get("webSocketDebuggerUrl").asString() : address;
        }
        socket = http.newWebSocketBuilder().buildAsync(URI.create(address), new Answers()).get(PATIENCE_S, TimeUnit.SECONDS);
        call("Network.enable", "{}");
        call("Log.enable", "{}");
        call("Runtime.enable", "{}");
        call("Page.enable", "{}");
        call("Page.navigate", "{\"url\":" + JsonTexts.quote(page.toString()) + "}");
    }

    private String listening() throws IOException {
        BufferedReader err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (line.startsWith(LISTENING)) {
                Thread rest = new Thread(() -> err.lines().forEach(ignored -> { }));
                rest.setDaemon(true);
                rest.start();
                return line.substring(LISTENING.length()).strip();
            }
        }
        throw new IOException("Chromium ended before it listened");
    }

    JsonNode call(String method, String parameters) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .get(PATIENCE_S, TimeUnit.SECONDS);
        return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** The value of an expression in the page, as text. */
    String value(String expression) throws Exception {
        JsonNode result = call("Runtime.evaluate", "{\"returnByValue\":true,\"awaitPromise\":true,\"expression\":"
                + JsonTexts.quote("String(" + expression + ")") + "}").path("result");
        if (result.has("exceptionDetails")) {
            throw new IOException("the page: " + result.get("exceptionDetails"));
        }
        return result.path("result").path("value").asString();
    }

    String await(String expression, Predicate<String> wanted) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        String value = value(expression);
        while (!wanted.test(value)) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError(expression + " is still " + value + "; log: "
                        + value("document.getElementById('log').innerText") + "; complaints: " + complaints);
            }
            Thread.sleep(20);
            value = value(expression);
        }
        return value;
    }

    /** Types into what has the focus, as a keyboard would, and presses Enter. */
    void type(String text) throws Exception {
        call("Input.insertText", "{\"text\":" + JsonTexts.quote(text) + "}");
        for (String kind : List.of("keyDown", "keyUp")) {
            call("Input.dispatchKeyEvent", "{\"type\":\"" + kind + "\",\"key\":\"Enter\",\"code\":\"Enter\",\"text\":\"\\r\","
                    + "\"windowsVirtualKeyCode\":13}");
        }
    }

    void screenshot(Path file) throws Exception {
        Files.write(file, Base64.getDecoder().decode(call("Page.captureScreenshot", "{}").path("result").get("data").asString()));
    }

    /** Every address that the page has asked for. */
    List<String> requests() {
        return requests;
    }

    /** What the browser has complained of: broken policies, errors of scripts. */
    List<String> complaints() {
        return complaints;
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket client, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode said = JSON.readTree(text.toString());
                text.setLength(0);
                if (said.has("id")) {
                    CompletableFuture<JsonNode> answer = answers.remove(said.get("id").asInt());
                    if (answer != null) {
                        answer.complete(said);
                    }
                } else {
                    event(said.path("method").asString(), said.path("params"));
                }
            }
            client.request(1);
            return null;
        }

        private void event(String method, JsonNode about) {
            switch (method) {
                case "Network.requestWillBeSent" -> requests.add(about.path("request").path("url").asString());
                case "Network.webSocketCreated" -> requests.add(about.path("url").asString());
                case "Log.entryAdded" -> complaints.add(about.path("entry").path("text").asString() + " "
                        + about.path("entry").path("url").asString(""));
                case "Runtime.exceptionThrown" -> complaints.add(about.toString());
                default -> { }
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        process.onExit().orTimeout(PATIENCE_S, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly()).join();
        for (int tries = 0; Files.exists(profile) && tries < 50; tries++) {     // its children write for a moment longer
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            } catch (java.io.UncheckedIOException | IOException e) {
                // something came or went meanwhile
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }
}
