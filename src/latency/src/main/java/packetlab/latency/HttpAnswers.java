package packetlab.latency;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import packetlab.message.HttpHead;
import packetlab.os.MessageMemory;

/** POST requests, each answered by 200 with its own body. */
final class HttpAnswers implements Answers {
    private final byte[] octets = new byte[HttpFraming.MAX_HEAD];
    private final HttpHead head = new HttpHead();
    private MessageMemory answer = new MessageMemory(HttpFraming.MAX_HEAD);
    private int length;
    private int answerHead;
    private long bodyOctets = -1;
    private long number;

    HttpAnswers() throws IOException {}

    @Override
    public int take(ByteBuffer in, int from, int to) throws IOException {
        int present = Math.min(to - from, octets.length);
        if (present == 0) {
            return 0;
        }
        in.get(from, octets, 0, present);
        int end = head.parse(octets, 0, present);
        if (end == HttpHead.INCOMPLETE) {
            if (present == octets.length) {
                throw new ProtocolException("a request's head has more than " + octets.length + " octets");
            }
            return 0;
        }
        long body = head.contentLength();
        if (head.kind() != HttpHead.Kind.REQUEST || body < 0 || body > Setting.MAX_SIZE) {
            throw new ProtocolException("no POST request with a Content-Length up to " + Setting.MAX_SIZE);
        }
        if (to - from - end < body) {
            return 0;
        }
        if (body != bodyOctets) {
            prepare((int) body);
        }
        answer.buffer().put(answerHead, in, from + end, (int) body);
        length = answerHead + (int) body;
        number = body >= Setting.MIN_SIZE ? in.getLong(from + end) : -1;
        return end + (int) body;
    }

    /** The head is the same as long as bodies are of one length. */
    private void prepare(int body) throws IOException {
        byte[] text = ("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " + body
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        answer = new MessageMemory(text.length + body);
        answer.buffer().put(0, text);
        answerHead = text.length;
        bodyOctets = body;
    }

    @Override
    public MessageMemory answer() {
        return answer;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean ends() {
        return false;
    }
}
