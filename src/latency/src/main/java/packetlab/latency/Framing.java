package packetlab.latency;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How messages lie in a stream, as its client sees it. One for each connection; nothing is allocated per message. */
interface Framing {
    /** Octets of the largest request or answer. */
    int room();

    /** Writes the request with that number to the beginning of {@code out}; returns its octets. */
    int request(ByteBuffer out, long number);

    /** Octets of the answer that begins at {@code from}; 0 where its end has not come before {@code to}. */
    int answer(ByteBuffer in, int from, int to) throws IOException;

    /** The number in the answer that begins at {@code from} and is complete. */
    long number(ByteBuffer in, int from);

    /** Octets of each answer. */
    int answerOctets();

    /** Messages of equal length, one behind the other. */
    static Framing plain(int size) {
        return new Framing() {
            @Override
            public int room() {
                return size;
            }

            @Override
            public int request(ByteBuffer out, long number) {
                out.putLong(0, number);
                return size;
            }

            @Override
            public int answer(ByteBuffer in, int from, int to) {
                return to - from >= size ? size : 0;
            }

            @Override
            public long number(ByteBuffer in, int from) {
                return in.getLong(from);
            }

            @Override
            public int answerOctets() {
                return size;
            }
        };
    }
}
