package packetlab.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static packetlab.message.Conversation.utf8;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The scanner for JSON agrees with Jackson on what is JSON, and on what a string says. */
class JsonTest {
    private static final List<String> VALID = List.of("null", "true", "false", "0", "-0", "12", "-1.5e+10", "1E5", "0.25",
            "\"\"", "\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"안녕 😀\"", "[]", "{}", "[1,2,[3,{\"a\":[]}],{}]",
            " { \"a\" : 1 ,\t\"b\" : [ true , null ] }\r\n", "[[[[[[]]]]]]", "{\"a\":{\"b\":{\"c\":\"}\"}}}");
    private static final List<String> INVALID = List.of("nul", "truex", "01", "-", "1.", "1e", ".5", "+1", "\"", "\"\n\"",
            "\"\\x\"", "\"\\u12g4\"", "[1,]", "[,1]", "[1 2]", "{a:1}", "{\"a\" 1}", "{\"a\":1,}", "{\"a\":}", "[}", "{]",
            "[1}", "{\"a\":1]", "1 2", "", " ", "]", "'a'", "NaN");

    @Test
    void whatIsJson() {
        for (String text : VALID) {
            JsonMapper.shared().readTree(text);
            byte[] a = utf8("xx" + text + "yy");
            assertEquals(2 + utf8(text.stripTrailing()).length, Json.whole(a, 2, a.length - 2, 10), text);
        }
        for (String text : INVALID) {
            byte[] a = utf8(text);
            assertTrue(Json.whole(a, 0, a.length, 10) < 0, text);
        }
    }

    @Test
    void whatIsCutShort() {
        for (String text : VALID) {
            byte[] a = utf8(text.strip());
            for (int n = 0; n < a.length; n++) {
                int end = Json.value(a, 0, n, 10);
                // Of a number each part may be one, too.
                boolean number = a[0] == '-' || Character.isDigit(a[0]);
                assertTrue(end == Json.INCOMPLETE || number && end == n, text + " cut to " + n + ": " + end);
            }
        }
    }

    @Test
    void depthHasItsLimitAndTakesNoStack() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertEquals(200_000, Json.whole(utf8(deep), 0, 200_000, 100_000));
        assertEquals(Json.TOO_DEEP, Json.whole(utf8(deep), 0, 200_000, 99_999));
        String mixed = "{\"a\":[".repeat(500) + "]}".repeat(500);
        assertEquals(mixed.length(), Json.whole(utf8(mixed), 0, mixed.length(), 1000));
        assertEquals(Json.TOO_DEEP, Json.value(utf8("[[1]]"), 0, 5, 1));
    }

    @Test
    void whatAStringSays() {
        for (String text : List.of("", "plain", "a\\\"b\\\\\\/\\b\\f\\n\\r\\t", "\\u00e9\\ud83d\\ude00x\\u2028", "안녕 😀",
                "\\ud83d", "\\ude00\\ud83d", "\\u0000")) {
            String quoted = "\"" + text + "\"";
            String expected = JsonMapper.shared().readTree(quoted).asString();
            byte[] a = utf8(quoted);
            Json.Text all = Json.text(a, 0, a.length, 100);
            assertEquals(expected, all.text);
            assertEquals(Json.utf8Length(expected), all.length, text);
            assertFalse(all.cut);
            for (int shown = 0; shown < expected.length(); shown++) {
                Json.Text part = Json.text(a, 0, a.length, shown);
                assertTrue(part.cut && expected.startsWith(part.text) && part.text.length() >= shown - 1
                        && part.length == all.length, text + " cut to " + shown + ": " + part.text + " " + part.length);
            }
        }
    }

    @Test
    void membersOfAnObject() {
        byte[] a = utf8("{\"x\":{\"sid\":\"no\"}, \"sid\" : \"yes\",\"sidx\":1,\"\":[2]}");
        int at = Json.member(a, 0, a.length, "sid");
        assertEquals("yes", Json.text(a, at, Json.string(a, at, a.length), 10).text);
        assertEquals('[', a[Json.member(a, 0, a.length, "")]);
        assertEquals(-1, Json.member(a, 0, a.length, "si"));
        assertEquals(-1, Json.member(utf8("{}"), 0, 2, "a"));
    }

    @Test
    void base64() {
        for (int n = 0; n < 40; n++) {
            byte[] octets = new byte[n];
            new java.util.SplittableRandom(n).nextBytes(octets);
            for (java.util.Base64.Encoder encoder : List.of(java.util.Base64.getEncoder(), java.util.Base64.getUrlEncoder(),
                    java.util.Base64.getEncoder().withoutPadding())) {
                byte[] text = encoder.encode(octets);
                org.junit.jupiter.api.Assertions.assertArrayEquals(octets, Base64Octets.decode(text, 0, text.length));
            }
        }
        for (String bad : List.of("A", "AA=", "AAAA=", "AA===", "A A=", "AAA\u00e9", "=", "====")) {
            byte[] text = utf8(bad);
            org.junit.jupiter.api.Assertions.assertNull(Base64Octets.decode(text, 0, text.length), bad);
        }
    }
}
