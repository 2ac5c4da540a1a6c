package packetlab.report;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import packetlab.event.Event;
import packetlab.event.Side;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** One line of NDJSON by Jackson's streaming generator. What is not known (null, UNKNOWN, NO_TIME) leaves no trace. */
final class JsonLine {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .characterEscapes(new JsonEscapes())
            .rootValueSeparator((String) null)
            // The sink is flushed when its owner says so; here only the generator's own small buffer is emptied.
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final ByteSink out;
    private final ByteSink number = new ByteSink(OutputStream.nullOutputStream(), 32);
    private final JsonGenerator json;

    JsonLine(ByteSink out) {
        this.out = out;
        this.json = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    void begin(String event) {
        json.writeStartObject();
        json.writeName("event");
        json.writeString(event);
    }

    void end() {
        json.writeEndObject();
        json.flush();
        out.put('\n');
    }

    void common(Event event, long stream, Side from) {
        time("time", event.timeNs());
        positive("frame", event.frame());
        known("stream", stream);
        side("from", from);
    }

    void beginObject() {
        json.writeStartObject();
    }

    void beginObject(String name) {
        json.writeName(name);
        json.writeStartObject();
    }

    void endObject() {
        json.writeEndObject();
    }

    void beginArray(String name) {
        json.writeName(name);
        json.writeStartArray();
    }

    void endArray() {
        json.writeEndArray();
    }

    void element(String value) {
        json.writeString(value);
    }

    void element(long value) {
        json.writeNumber(value);
    }

    void pair(String first, String second) {
        json.writeStartArray();
        json.writeString(whole(first));
        json.writeString(whole(second));
        json.writeEndArray();
    }

    void text(String name, String value) {
        if (value != null) {
            json.writeName(name);
            json.writeString(whole(value));
        }
    }

    void flag(String name, boolean value) {
        json.writeName(name);
        json.writeBoolean(value);
    }

    void number(String name, long value) {
        json.writeName(name);
        json.writeNumber(value);
    }

    /** A number that is UNKNOWN where it is negative. */
    void known(String name, long value) {
        if (value >= 0) {
            number(name, value);
        }
    }

    /** The number of a packet. */
    void positive(String name, long value) {
        if (value > 0) {
            number(name, value);
        }
    }

    void fraction(String name, double value) {
        json.writeName(name);
        json.writeNumber(value);
    }

    void side(String name, Side side) {
        if (side != null) {
            json.writeName(name);
            json.writeString(side.wireName());
        }
    }

    void time(String name, long timeNs) {
        if (timeNs != Event.NO_TIME) {
            number.size(0);
            number.time(timeNs);
            json.writeName(name);
            json.writeRawUTF8String(number.bytes(), 0, number.size());
        }
    }

    void micros(String name, long ns) {
        if (ns != Event.UNKNOWN) {
            number.size(0);
            number.micros(ns);
            json.writeName(name);
            json.writeNumber(new String(number.bytes(), 0, number.size(), StandardCharsets.ISO_8859_1));
        }
    }

    /** Text where it is text, else base64; null is neither. */
    void payload(byte[] bytes) {
        if (bytes == null) {
            return;
        }
        if (Text.length(bytes, bytes.length, false) >= 0) {
            json.writeName("payload");
            json.writeString(new String(bytes, StandardCharsets.UTF_8));
        } else {
            json.writeName("payloadBase64");
            json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
        }
    }

    /** A payload: text where it is UTF-8, else base64; and whether it was cut. Of none nothing is said. */
    void data(byte[] bytes, boolean cut) {
        if (bytes != null && bytes.length > 0) {
            int length = Text.length(bytes, bytes.length, cut);
            if (length >= 0) {
                json.writeName("text");
                json.writeString(new String(bytes, 0, length, StandardCharsets.UTF_8));
            } else {
                json.writeName("base64");
                json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
            }
        }
        if (cut) {
            flag("payloadCut", true);
        }
    }

    /** A payload of octets; and whether it was cut. */
    void base64(byte[] bytes, boolean cut) {
        if (bytes != null) {
            json.writeName("base64");
            json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes, 0, bytes.length);
        }
        if (cut) {
            flag("payloadCut", true);
        }
    }

    /** JSON text as JSON; what is none becomes a string, so that a line is one object whatever it was given. */
    void json(String name, String text) {
        if (text == null) {
            return;
        }
        json.writeName(name);
        if (!isJson(text)) {
            json.writeString(whole(text));
            return;
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            json.copyCurrentStructureExact(parser);
        }
    }

    private static boolean isJson(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** The text with half surrogate pairs, which have no UTF-8, replaced. */
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.UTF_16LE);
            }
        }
        return text;
    }
}
