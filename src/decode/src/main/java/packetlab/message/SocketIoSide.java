package packetlab.message;

import java.util.Arrays;

/** What one side of a Socket.IO session has sent of a packet whose attachments have not all come. */
final class SocketIoSide {
    private static final int[] NONE = new int[0];

    /** The packet; null where none waits. */
    SocketIoPacket waiting;
    private Gathered octets = Gathered.NONE;
    /** Octets of each attachment, and how many of them were kept. */
    private long[] lengths = new long[0];
    private int[] kept = NONE;
    private int count;

    void begin(SocketIoPacket packet) {
        waiting = packet;
        count = 0;
        lengths = new long[Math.min(packet.attachments, 4)];
        kept = new int[lengths.length];
    }

    /** One more attachment; true where it is the last. Of all together no more is kept than events carry. */
    boolean add(byte[] a, int at, int n, long length, int shown, BufferPool buffers) {
        if (count == lengths.length) {
            int more = Math.min(waiting.attachments, count * 2);
            lengths = Arrays.copyOf(lengths, more);
            kept = Arrays.copyOf(kept, more);
        }
        int before = octets.length();
        octets = octets.add(a, at, n, shown, buffers);
        kept[count] = octets.length() - before;
        lengths[count++] = length;
        return count == waiting.attachments;
    }

    int missing() {
        return waiting == null ? 0 : waiting.attachments - count;
    }

    long length(int attachment) {
        return lengths[attachment];
    }

    long lengthInAll() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    /** What was kept of an attachment. */
    byte[] octets(int attachment) {
        int from = 0;
        for (int i = 0; i < attachment; i++) {
            from += kept[i];
        }
        return Arrays.copyOfRange(octets.bytes(), from, from + kept[attachment]);
    }

    int count() {
        return count;
    }

    void forget(BufferPool buffers) {
        if (waiting != null) {
            waiting.release(buffers);
            waiting = null;
        }
        octets.clear(buffers);
        count = 0;
        lengths = new long[0];
        kept = NONE;
    }
}
