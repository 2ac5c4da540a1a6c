package packetlab.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.socket.sockjs.frame.AbstractSockJsMessageCodec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** SockJS's arrays of strings, by the streaming JSON reader: Spring's own needs the one that binds objects. */
final class JsonTexts extends AbstractSockJsMessageCodec {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String[] decode(String content) throws IOException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
            List<String> texts = new ArrayList<>();
            JsonToken first = json.nextToken();
            if (first == JsonToken.VALUE_STRING) {          // a single one is allowed over WebSocket
                texts.add(json.getString());
            } else if (first == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    if (json.currentToken() != JsonToken.VALUE_STRING) {
                        throw new IOException("not an array of strings");
                    }
                    texts.add(json.getString());
                }
            } else {
                throw new IOException("not an array of strings");
            }
            return texts.toArray(String[]::new);
        } catch (JacksonException e) {
            throw new IOException("broken JSON", e);
        }
    }

    @Override
    public String[] decodeInputStream(InputStream content) throws IOException {
        String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
        return text.isEmpty() ? null : decode(text);
    }

    @Override
    protected char[] applyJsonQuoting(String content) {
        return JsonStringEncoder.getInstance().quoteAsCharArray(content);
    }

    static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
