package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.message.HttpHead;

/** Messages as POST requests on a connection that is kept, and their answers as bodies (RFC 9112). */
final class HttpFraming implements Framing {
    static final int MAX_HEAD = 4096;

    private final byte[] head;
    private final int size;
    private final byte[] answer = new byte[MAX_HEAD];
    private final HttpHead parsed = new HttpHead();
    private int answerHead;
    private boolean prepared;

    HttpFraming(int size) {
        this.size = size;
        this.head = ("POST /echo HTTP/1.1\r\nHost: packetlab\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Length: " + size + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int room() {
        return MAX_HEAD + size;
    }

    @Override
    public int request(ByteBuffer out, long number) {
        if (!prepared) {
            out.put(0, head);
            prepared = true;
        }
        out.putLong(head.length, number);
        return head.length + size;
    }

    @Override
    public int answer(ByteBuffer in, int from, int to) throws IOException {
        int present = Math.min(to - from, MAX_HEAD);
        if (present == 0) {
            return 0;
        }
        in.get(from, answer, 0, present);
        int end = parsed.parse(answer, 0, present);
        if (end == HttpHead.INCOMPLETE) {
            if (present == MAX_HEAD) {
                throw new ProtocolException("the answer's head has more than " + MAX_HEAD + " octets");
            }
            return 0;
        }
        if (parsed.status() != 200 || parsed.contentLength() != size) {
            throw new ProtocolException("the answer is no 200 with " + size + " octets: " + parsed.status());
        }
        answerHead = end;
        return to - from >= end + size ? end + size : 0;
    }

    @Override
    public long number(ByteBuffer in, int from) {
        return in.getLong(from + answerHead);
    }

    @Override
    public int answerOctets() {
        return answerHead + size;
    }
}
