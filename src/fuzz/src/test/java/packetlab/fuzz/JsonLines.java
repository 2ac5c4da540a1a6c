package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Where NDJSON goes: each line is one whole object that begins with the field {@code event}. */
final class JsonLines extends OutputStream {
    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long octets;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] a, int offset, int length) {
        octets += length;
        int from = offset;
        for (int i = offset; i < offset + length; i++) {
            if (a[i] == '\n') {
                line.write(a, from, i - from);
                check();
                line.reset();
                from = i + 1;
            }
        }
        line.write(a, from, offset + length - from);
    }

    private void check() {
        byte[] json = line.toByteArray();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, 0, json.length)) {
            Check.that(parser.nextToken() == JsonToken.START_OBJECT && "event".equals(parser.nextName()),
                    "a line begins with event");
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                Check.that(token != null, "a line ends");
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.VALUE_STRING) {
                    parser.getStringLength();
                }
            }
            Check.that(parser.nextToken() == null, "one object a line");
        } catch (RuntimeException e) {
            throw new AssertionError(new String(json, java.nio.charset.StandardCharsets.UTF_8), e);
        }
    }

    long octets() {
        Check.equal(0, line.size(), "octets behind the last line");
        return octets;
    }
}
