package packetlab.web;

import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;

/** Takes the texts of a WebSocket as the other end has sent them, in however many parts they come. */
abstract class WholeTexts implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    abstract void whole(String message);

    @Override
    public final CompletionStage<?> onText(WebSocket client, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            String message = text.toString();
            text.setLength(0);
            whole(message);
        }
        client.request(1);
        return null;
    }

    /** Why the other end has closed it, in words. */
    static String closedBecause(int code, String reason) {
        return "closed by the server: " + code + (reason.isEmpty() ? "" : " " + reason);
    }
}
