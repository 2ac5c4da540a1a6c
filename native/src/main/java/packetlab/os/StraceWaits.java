package packetlab.os;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What strace tells of a poll() or select(): its arguments before the call, and what it found behind the answer. */
final class StraceWaits {
    private StraceWaits() {}

    /** @param answer such as {@code 1 ([{fd=3, revents=POLLIN}])} */
    static String polled(List<String> args, String answer, long result, String timeout) {
        Map<Long, String> ready = new HashMap<>();
        String array = StraceText.split(found(answer)).stream().filter(f -> f.startsWith("[")).findFirst().orElse("");
        for (String one : StraceText.split(StraceText.inside(array))) {
            String events = StraceText.field(one, "revents");
            if (events != null) {
                ready.merge(descriptor(one), events, (a, b) -> a);
            }
        }
        List<WaitWords.Waited> waited = new ArrayList<>();
        List<String> all = StraceText.split(StraceText.inside(args.get(0)));
        for (String one : all) {
            String events = StraceText.field(one, "events");
            if (events != null) {
                String found = ready.remove(descriptor(one));
                waited.add(new WaitWords.Waited(descriptor(one), events.equals("0") ? WaitWords.ERRORS : events,
                        found == null ? "" : found));
            }
        }
        // A long array is cut, and ends in dots.
        ready.forEach((fd, events) -> waited.add(new WaitWords.Waited(fd, "", events)));
        long told = all.stream().filter(one -> one.startsWith("{")).count();
        return WaitWords.of(true, waited, Math.max(0, StraceText.number(args.get(1), 0) - told), result, timeout);
    }

    /** @param answer such as {@code 1 (in [3], left {tv_sec=0, tv_nsec=5})} */
    static String chosen(List<String> args, String answer, long result, String timeout) {
        String[] names = {"in ", "out ", "except "};
        Map<Long, int[]> sets = new TreeMap<>();
        List<String> found = StraceText.split(found(answer));
        for (int set = 0; set < names.length; set++) {
            int bit = 1 << set;
            String name = names[set];
            members(args.get(1 + set)).forEach(fd -> sets.computeIfAbsent(fd, n -> new int[2])[0] |= bit);
            found.stream().filter(f -> f.startsWith(name)).forEach(f -> members(f.substring(name.length()))
                    .forEach(fd -> sets.computeIfAbsent(fd, n -> new int[2])[1] |= bit));
        }
        List<WaitWords.Waited> waited = new ArrayList<>();
        sets.forEach((fd, bits) -> waited.add(new WaitWords.Waited(fd, words(bits[0]), words(bits[1]))));
        return WaitWords.of(false, waited, 0, result, timeout);
    }

    private static String words(int bits) {
        return WaitWords.sets((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }

    /** What stands in the brackets behind the number. */
    private static String found(String answer) {
        int open = answer.indexOf('(');
        return open < 0 || !answer.endsWith(")") ? "" : answer.substring(open + 1, answer.length() - 1);
    }

    private static long descriptor(String pollfd) {
        String fd = StraceText.field(pollfd, "fd");
        return fd == null ? -1 : StraceText.number(fd, -1);
    }

    /** Of a set such as {@code [3<TCP:[41]> 5</tmp/x>]}: a blank may stand in a name, so only where a number follows one does. */
    private static List<Long> members(String set) {
        List<Long> members = new ArrayList<>();
        String inside = set.startsWith("[") ? StraceText.inside(set) : "";
        for (int at = 0; at < inside.length();) {
            long fd = StraceText.number(inside.substring(at), -1);
            if (fd >= 0) {
                members.add(fd);
            }
            while (at < inside.length() && Character.isDigit(inside.charAt(at))) {
                at++;
            }
            at = at < inside.length() && inside.charAt(at) == '<' ? StraceText.endOfDescriptor(inside, at) + 1 : at;
            while (at < inside.length() && !Character.isDigit(inside.charAt(at))) {
                at++;
            }
        }
        return members;
    }
}
