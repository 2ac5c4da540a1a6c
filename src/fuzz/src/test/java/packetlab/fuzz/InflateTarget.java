package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import packetlab.event.Event;
import packetlab.event.Side;
import packetlab.event.WsEvent;
import packetlab.message.MessageLimits;
import packetlab.message.WebSocketWriter;

/**
 * The input is messages that a server compresses: some really compressed, in any of the ways that deflate has, some any
 * octets. The first two octets choose what was agreed on and the limits. A message comes out exactly as it was, or with
 * the words why it does not; where the octets are arbitrary, zlib itself is the reference.
 */
public final class InflateTarget {
    private static final int MAX_INFLATED = 1 << 18;
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int BINARY = 2;

    private InflateTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Effort effort = new Effort();
        Input in = new Input(input);
        int flags = in.u8();
        boolean takeover = (flags & 1) == 0;
        int bits = 8 + (flags >> 1 & 7);
        boolean fewInflaters = (flags & 16) != 0;
        MessageLimits limits = new MessageLimits(1 << 16, 1 << 16, 1 << 24, 10, 1 << 20, MAX_INFLATED, 5, 1,
                fewInflaters ? 300 : 1 << 20, 1 << 20);
        String extension = "permessage-deflate" + (takeover ? "" : "; server_no_context_takeover")
                + "; server_max_window_bits=" + bits;
        Told told = new Told();
        long worth = 0;
        try (OneStream stream = new OneStream(told, limits)) {
            stream.send(Side.CLIENT, bytes(FramesTarget.REQUEST + FramesTarget.EXTENSIONS
                    + "permessage-deflate; client_max_window_bits; server_max_window_bits=15\r\n\r\n"));
            stream.send(Side.SERVER, bytes(FramesTarget.RESPONSE + FramesTarget.EXTENSIONS + extension + "\r\n\r\n"));
            Sender sender = new Sender(stream, told, takeover, bits);
            while (in.more()) {
                sender.message(in);
            }
            stream.end();
            worth += stream.counters().inflatedBytes();
            sender.end();
        }
        effort.wasWorth(input.length + 3 * worth);
    }

    private static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final class Sender {
        private final OneStream stream;
        private final Told told;
        private final boolean takeover;
        private final int bits;
        private final WebSocketWriter writer = new WebSocketWriter(Side.SERVER);
        private final Deflater deflater = new Deflater(6, true);
        private final Inflater reference = new Inflater(true);
        /** Both ends have the same context. */
        private boolean together = true;
        private boolean referenceKnows = true;
        /**
         * Arbitrary octets were a message, too, if only the beginning of a block: what the sender compresses from now on
         * refers to another past, or stands in the middle of that block.
         */
        private boolean diverged;

        Sender(OneStream stream, Told told, boolean takeover, int bits) {
            this.stream = stream;
            this.told = told;
            this.takeover = takeover;
            this.bits = bits;
        }

        void message(Input in) {
            int how = in.u8();
            boolean arbitrary = (how & 1) != 0;
            int repeat = (how >> 1 & 3) == 3 ? 200 : 1;
            byte[] content = in.take((how & 8) != 0 ? in.u16() : in.u8());
            if (!takeover) {
                deflater.reset();
                reference.reset();
                together = true;
                referenceKnows = true;
            }
            byte[] plain = arbitrary ? null : repeated(content, repeat);
            byte[] compressed = arbitrary ? content : compress(plain, how);
            told.events.clear();
            send(compressed, (how & 16) != 0 ? 1 + (how >> 5) : 1);
            List<WsEvent.Message> messages = told.of(WsEvent.Message.class);
            Check.equal(1, messages.size(), "messages");
            WsEvent.Message message = messages.get(0);
            Check.that(message.compressed() && message.wireLength() == compressed.length, "shape of " + message);
            Check.that((message.undecodable() == null) == (message.data() != null)
                    && (message.undecodable() == null) == (message.length() != Event.UNKNOWN), "data or why not");
            Check.that(message.length() <= MAX_INFLATED, "limit for inflated octets");
            compare(message, plain, compressed);
        }

        private void compare(WsEvent.Message message, byte[] plain, byte[] compressed) {
            boolean ended = (compressed.length > 0) && message.undecodable() == null;
            diverged |= takeover && plain == null && ended;
            if (plain != null && ended && !diverged) {
                // Exact, whatever was lost before.
                Check.that(Arrays.equals(plain, message.data()), "the message is what was compressed");
            } else if (plain != null && together && bits == 15 && plain.length <= MAX_INFLATED) {
                Check.that(compressed.length == 0, "a valid message is inflated: " + message);
            }
            byte[] expected = referenceKnows ? inflate(compressed) : null;
            if (expected != null && message.undecodable() == null) {
                Check.that(Arrays.equals(expected, message.data()), "the message is what zlib makes of it");
            }
            if (plain == null || message.undecodable() != null) {
                together = false;
            }
            referenceKnows &= expected != null && message.undecodable() == null;
        }

        private byte[] repeated(byte[] content, int times) {
            byte[] all = new byte[content.length * times];
            for (int i = 0; i < all.length; i++) {
                all[i] = content[i % content.length];
            }
            return all;
        }

        /** One of: all at once; in two flushed parts; stored; nothing but the shortest codes. */
        private byte[] compress(byte[] plain, int how) {
            deflater.setLevel((how & 32) != 0 ? 0 : (how & 64) != 0 ? 1 : 6);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int half = (how & 128) != 0 ? plain.length / 2 : 0;
            deflate(plain, 0, half, out);
            deflate(plain, half, plain.length - half, out);
            byte[] all = out.toByteArray();
            int end = all.length;
            if (end >= 4 && Arrays.equals(all, end - 4, end, TAIL, 0, 4)) {
                end -= 4;
            }
            return Arrays.copyOf(all, end);
        }

        private void deflate(byte[] plain, int from, int length, ByteArrayOutputStream out) {
            deflater.setInput(plain, from, length);
            byte[] buffer = new byte[4096];
            int n;
            do {
                n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                out.write(buffer, 0, n);
            } while (n == buffer.length || !deflater.needsInput()); // a new level costs one call that gives nothing
        }

        /** What zlib makes of it, or null where it fails, ends a stream or makes too much. */
        private byte[] inflate(byte[] compressed) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            try {
                for (byte[] piece : new byte[][] {compressed, compressed.length > 0 ? TAIL : compressed}) {
                    reference.setInput(piece);
                    int n;
                    while ((n = reference.inflate(buffer)) > 0) {
                        out.write(buffer, 0, n);
                        if (out.size() > MAX_INFLATED) {
                            return null;
                        }
                    }
                    if (reference.finished() || reference.needsDictionary()) {
                        return null;
                    }
                }
            } catch (DataFormatException e) {
                return null;
            }
            return out.toByteArray();
        }

        private void send(byte[] compressed, int fragments) {
            for (int i = 0; i < fragments; i++) {
                int from = compressed.length * i / fragments;
                int to = compressed.length * (i + 1) / fragments;
                stream.send(Side.SERVER, writer.frame(i == fragments - 1, i == 0 ? 4 : 0, i == 0 ? BINARY : 0,
                        compressed, from, to - from));
            }
        }

        void end() {
            deflater.end();
            reference.end();
        }
    }
}
