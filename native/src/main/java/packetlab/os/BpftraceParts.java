package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * What trace-calls.bt prints of calls that have to do with several things at once: the messages of a sendmmsg() or recvmmsg(),
 * whose lines come before that of the call, and the descriptors of a poll() or select().
 */
final class BpftraceParts {
    static final String PART = "part ";
    /** Descriptors of a poll(), and of the sets of a select(), that the script tells. */
    static final int POLLED = 16, CHOSEN = 128;
    private static final Pattern LINE = Pattern.compile(PART + "(\\d{1,10}) (\\d{1,10}) (\\d{1,18}) (\\d{1,18}) N (.*?) ?D (.*)");
    /** Messages that are known before their call is, and threads that are in such a call. */
    private static final int MOST_MESSAGES = 1024, MOST_THREADS = 1024;
    /** The order in which the sets of a select() are told. */
    private static final int[] SETS = {WaitWords.READ, WaitWords.WRITE, WaitWords.EXCEPT};

    private record Message(long length, long pieces, long room, String named, ByteBuffer octets) {}

    private final Map<Long, List<Message>> messages = new HashMap<>();

    /** Takes the line of one message; false where it can be no part of any call. */
    boolean read(String line) {
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            return false;
        }
        Long tid = Long.valueOf(m.group(1));
        if (messages.size() >= MOST_THREADS && !messages.containsKey(tid)) {
            messages.clear();       // of calls whose own lines were lost
        }
        List<Message> its = messages.computeIfAbsent(tid, t -> new ArrayList<>());
        return its.size() < MOST_MESSAGES && its.add(new Message(Long.parseLong(m.group(2)), Long.parseLong(m.group(3)),
                Long.parseLong(m.group(4)), BpftraceLines.address(BpftraceLines.octets(m.group(5))),
                BpftraceLines.octets(m.group(6))));
    }

    /** Whether a call has carried messages that are told one by one. */
    static boolean isOfMessages(CallEvent call) {
        return call.call().endsWith("mmsg") && call.errno() == null;
    }

    /** The calls that a call is told as: one for each of its messages that is known. Its words are its flags. */
    List<SeenCall> of(SeenCall whole) {
        CallEvent e = whole.call();
        List<Message> its = messages.remove(e.tid());
        List<SeenCall> all = new ArrayList<>();
        for (int i = 0; its != null && i < Math.min(its.size(), e.result()); i++) {
            Message m = its.get(i);
            long room = m.pieces == 1 ? m.room : m.length;
            long length = CallKind.of(e.call()) == CallKind.RECEIVE ? Math.min(m.length, room) : m.length;
            String args = TraceWords.of(new TraceWords.Seen(e.call(), room, Long.parseLong(e.args()),
                    TraceWords.place(m.pieces, i + 1, e.result()), m.named, m.octets, m.length, false));
            SeenCall.Sight s = whole.seen();
            all.add(new SeenCall(new CallEvent(e.timeNs(), e.endTimeNs(), e.call(), e.pid(), e.tid(), e.fd(), args, m.length,
                    null, Event.UNKNOWN, null, Event.UNKNOWN, length, List.of()), s == null ? null : new SeenCall.Sight(s.key(),
                            s.descriptor(), s.transport(), s.local(), m.named == null ? s.peer() : m.named, Event.NO_TIME)));
        }
        return all;
    }

    /** The array of a poll(), which is printed in two pieces. */
    static ByteBuffer polled(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.limit() + second.limit()).put(first.duplicate()).put(second.duplicate()).flip().slice();
    }

    /** The sets of a select() as such an array: of each set two words as they were before, then of each as they are now. */
    static ByteBuffer sets(String words) {
        String[] hex = words.strip().split(" ");
        ByteBuffer array = ByteBuffer.allocate(CHOSEN * WaitWords.POLLFD).order(ByteOrder.nativeOrder());
        for (int fd = 0; fd < CHOSEN && hex.length == 4 * SETS.length; fd++) {
            int asked = 0;
            int ready = 0;
            for (int set = 0; set < SETS.length; set++) {
                int word = 2 * set + fd / Long.SIZE;
                asked |= bit(hex[word], fd) ? SETS[set] : 0;
                ready |= bit(hex[2 * SETS.length + word], fd) ? SETS[set] : 0;
            }
            if (asked != 0) {
                array.putInt(fd).putShort((short) asked).putShort((short) ready);
            }
        }
        return array.flip().slice();
    }

    private static boolean bit(String word, int fd) {
        return (Long.parseUnsignedLong(word, 16) >> fd % Long.SIZE & 1) != 0;
    }
}
