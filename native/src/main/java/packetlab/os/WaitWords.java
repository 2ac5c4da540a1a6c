package packetlab.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What a poll() or select() waited for, and what it found ready, as text: the same however it was seen. */
final class WaitWords {
    /** Descriptors that are named; of others only their number is told. */
    private static final int MOST = 16;
    /** struct pollfd: a descriptor, and two sets of events. */
    static final int POLLFD = 8, EVENTS = 4, READY = 6;
    /** The three sets of select(), as bits of those. */
    static final short READ = 1, EXCEPT = 2, WRITE = 4;
    private static final String[] POLL_EVENTS = {"POLLIN", "POLLPRI", "POLLOUT", "POLLERR", "POLLHUP", "POLLNVAL", "POLLRDNORM",
        "POLLRDBAND", "POLLWRNORM", "POLLWRBAND", "POLLMSG", null, "POLLREMOVE", "POLLRDHUP"};
    /** What a poll() is told of without asking. */
    static final String ERRORS = "errors";
    private static final String[] SETS = {"read", "except", "write"};

    private WaitWords() {}

    /** One descriptor: what it is waited for, and what of it is there; empty for nothing. */
    record Waited(long fd, String asked, String ready) {}

    /**
     * @param polls   whether it was a poll(); otherwise a select()
     * @param more    descriptors that were waited for and are not in the list
     * @param answer  what the call returned: how many are ready
     * @param timeout in words
     */
    static String of(boolean polls, List<Waited> waited, long more, long answer, String timeout) {
        StringBuilder words = new StringBuilder();
        StringBuilder ready = new StringBuilder();
        long left = answer;
        int named = 0;
        for (Waited w : waited) {
            if (named < MOST && !w.asked.isEmpty()) {
                named++;
                words.append(words.length() == 0 ? "" : ", ").append(w.fd).append(' ').append(w.asked);
            }
            if (!w.ready.isEmpty()) {
                left -= polls ? 1 : w.ready.split("\\|").length;
                ready.append(ready.length() == 0 ? "" : ", ").append(w.fd).append(' ').append(w.ready);
            }
        }
        long unnamed = more + waited.stream().filter(w -> !w.asked.isEmpty()).count() - named;
        and(words, unnamed);
        and(ready, left);
        return words + (words.length() == 0 ? "" : ", ") + timeout + (ready.length() == 0 ? "" : "; ready: " + ready);
    }

    private static void and(StringBuilder words, long more) {
        if (more > 0) {
            words.append(words.length() == 0 ? "" : " and ").append(more).append(words.indexOf(" ") < 0 ? " descriptors" : " more");
        }
    }

    /** As a call has been seen: an array of struct pollfd, in which the sets of select() stand as bits of their own. */
    static String of(TraceWords.Seen seen, String timeout) {
        boolean polls = seen.call().endsWith("poll");
        ByteBuffer octets = seen.octets().order(ByteOrder.nativeOrder());
        List<Waited> waited = new ArrayList<>();
        for (int at = 0; at + POLLFD <= octets.limit(); at += POLLFD) {
            int fd = octets.getInt(at);
            if (fd >= 0) {
                String[] names = polls ? POLL_EVENTS : SETS;
                String asked = names(octets.getShort(at + EVENTS), names);
                waited.add(new Waited(fd, polls && asked.isEmpty() ? ERRORS : asked,
                        seen.result() > 0 ? names(octets.getShort(at + READY), names) : ""));
            }
        }
        return of(polls, waited, seen.c(), seen.result(), timeout);
    }

    private static String names(int bits, String[] of) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < Short.SIZE; i++) {
            if ((bits >> i & 1) != 0) {
                names.append(names.length() == 0 ? "" : "|").append(i < of.length && of[i] != null ? of[i] : "0x"
                        + Integer.toHexString(1 << i));
            }
        }
        return names.toString();
    }

    /** In the order of their bits, whatever order they are told in. */
    static String sets(boolean read, boolean write, boolean except) {
        return names((read ? READ : 0) | (write ? WRITE : 0) | (except ? EXCEPT : 0), SETS);
    }
}
