package packetlab.web;

import java.nio.charset.StandardCharsets;

/**
 * What goes to clients: a text of the chat as it was sent, or a sign of life.
 *
 * @param text the application's own, of the chat or of a feed; or a packet of a protocol above, ready to be sent
 * @param id   of a feed's message, counted from 1; 0 for none
 * @param kind of a feed's message, such as {@code price}; null in the chat
 * @param file what a Socket.IO client has sent beside the text; null for none. Other transports get the text alone
 */
record Message(String text, long id, String kind, File file) {
    /** To be sent as the transport's own heartbeat. */
    static final Message HEARTBEAT = of("");

    /** Octets with a name. */
    record File(String name, byte[] octets) {}

    static Message of(String text) {
        return new Message(text, 0, null, null);
    }

    /** Who cannot receive files reads what was sent. */
    static Message of(File file) {
        return new Message(file.name() + " (" + file.octets().length + " octets)", 0, null, file);
    }

    /** How much it adds to what waits for a client. */
    int octets() {
        return utf8(text) + (file == null ? 0 : file.octets().length);
    }

    /** The length of a text in UTF-8, without encoding it. */
    static int utf8(String text) {
        int octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                octets++;
            } else if (c < 0x800) {
                octets += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                octets += 4;
                i++;
            } else {
                octets += 3;
            }
        }
        return octets;
    }

    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
