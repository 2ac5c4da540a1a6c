package packetlab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** How the pictures look, and the page around one. */
final class PictureStyle {
    /** By name; the stylesheet has {@code @name@} where a colour stands. */
    static final Map<String, String> LIGHT = new TreeMap<>(Map.of("paper", "#ffffff", "ink", "#1b1b1b",
            "quiet", "#5c5c5c", "faint", "#c4c4c4", "client", "#0072b2", "server", "#d55e00", "bad", "#1b1b1b",
            "glow", "#f0e442", "segment", "#009e73", "lit", "#1b1b1b"));

    private PictureStyle() {}

    /** The stylesheet with these colours in it: not every program that shows SVG knows CSS variables. */
    static String css(Map<String, String> colours) {
        String css = resource("timeline.css");
        for (Map.Entry<String, String> colour : colours.entrySet()) {
            css = css.replace("@" + colour.getKey() + "@", colour.getValue());
        }
        return css;
    }

    static String page(String title, String svg) {
        Map<String, String> variables = new TreeMap<>();
        LIGHT.keySet().forEach(name -> variables.put(name, "var(--" + name + ")"));
        String script = resource("timeline.js");
        // Nothing runs but this script, whatever stands in the page.
        String policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script) + "'";
        return new Markup().raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .open("meta").with("http-equiv", "Content-Security-Policy").with("content", policy).raw(">\n")
                .raw("<title>").text(title).raw("</title>\n<style>\n")
                .raw(css(variables)).raw(resource("timeline-page.css")).raw("</style>\n</head>\n<body>\n<main>\n")
                .raw(svg).raw("</main>\n<output id=\"words\" aria-live=\"polite\">")
                .text("Point at a call or a packet, or go to it with the Tab key: what belongs to it lights up.")
                .raw("</output>\n<script>").raw(script).raw("</script>\n</body>\n</html>\n").toString();
    }

    private static String sha256(String script) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = PictureStyle.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
