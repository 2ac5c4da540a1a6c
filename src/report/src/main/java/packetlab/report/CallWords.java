package packetlab.report;

import java.util.ArrayList;
import java.util.List;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.timeline.CallKind;

/**
 * A call in words, as C has it: {@code send(6, "hello", 5)} when it is entered, {@code = 5 [0..4]} when it returns. The
 * words contain captured text: whoever prints them escapes it.
 */
final class CallWords {
    /** Between a call's arguments and which system calls a library makes of it. */
    private static final String LIBRARY = "jnr-unixsocket calls ";

    private CallWords() {}

    /** Name and arguments, as far as they are known before the call returns. */
    static String entry(CallEvent call) {
        return String.join(", ", entryParts(call));
    }

    /** The same, to be joined with commas: where a line may be broken. */
    static List<String> entryParts(CallEvent call) {
        List<String> parts = new ArrayList<>();
        if (call.fd() != Event.UNKNOWN) {
            parts.add(Long.toString(call.fd()));
        }
        parts.addAll(arguments(call));
        String first = call.call() + "(" + (parts.isEmpty() ? "" : parts.remove(0));
        // A descriptor and what comes next stay together.
        boolean alone = parts.isEmpty() || call.fd() == Event.UNKNOWN;
        parts.add(0, alone ? first : first + ", " + parts.remove(0));
        parts.set(parts.size() - 1, parts.get(parts.size() - 1) + ")");
        return parts;
    }

    private static List<String> arguments(CallEvent call) {
        String args = withoutLibrary(call.args() == null ? "" : call.args());
        if (args.isEmpty()) {
            return List.of();
        }
        switch (call.call()) {
            case "accept", "accept4", "getsockname", "getpeername" -> {
                return call.errno() == null && call.returned() ? List.of() : List.of(args);        // the address comes with the result
            }
            case "socket" -> {
                return List.of((args.endsWith(", 0") ? args.substring(0, args.length() - 3) : args).split(", "));
            }
            case "setsockopt", "getsockopt" -> {
                return List.of(args.replaceFirst("^(SOL|IPPROTO)_\\w+, ", "").split(", "));
            }
            default -> { }
        }
        CallKind kind = CallKind.of(call.call());
        if (kind == CallKind.RECEIVE && call.errno() == null && call.returned()) {
            return List.of(behindData(args).replaceFirst(", \\S+:\\d+$", ""));
        }
        if (kind == CallKind.SEND && call.returned()) {
            List<String> parts = new ArrayList<>(List.of(data(call)));
            String[] rest = behindData(args).split(", ");
            parts.addAll(List.of(rest).subList(1, rest.length));        // how many is told with the result
            return parts;
        }
        return List.of(args);
    }

    /** Whether a call did not do what it was to do. One that does not wait, and would have had to, says just that. */
    static boolean failed(CallEvent call) {
        return call.errno() != null && switch (call.errno()) {
            case "EAGAIN", "EINPROGRESS", "EALREADY" -> false;
            default -> true;
        };
    }

    /** Result or errno, and the place of what was carried; for a receiving call also the data. */
    static String exit(CallEvent call) {
        if (!call.returned()) {
            return "never returned";
        }
        if (call.errno() != null) {
            return "= -1 " + call.errno() + (call.errno().equals("EINPROGRESS") ? ", under way" : "");
        }
        StringBuilder words = new StringBuilder("= ").append(call.result());
        CallKind kind = CallKind.of(call.call());
        if (kind == CallKind.SEND || kind == CallKind.RECEIVE) {
            words.append(range(call));
        }
        if (kind == CallKind.RECEIVE && call.length() > 0) {
            words.append(' ').append(data(call));
        } else if (kind == CallKind.ACCEPT && call.args() != null && !call.args().isEmpty()) {
            words.append(' ').append(call.args());
        } else if (call.call().equals("getsockname") || call.call().equals("getpeername")) {
            return "= " + call.args();
        }
        return words.toString();
    }

    /** The place of its octets in their stream, such as { [0..14]}; nothing where it has none. */
    static String range(CallEvent call) {
        return call.offset() == Event.UNKNOWN || call.length() <= 0 ? ""
                : " [" + call.offset() + ".." + (call.offset() + call.length() - 1) + "]";
    }

    /** Both in one: a call that has nothing to tell but that it succeeded, tells nothing. */
    static String whole(CallEvent call) {
        boolean silent = call.returned() && call.errno() == null && call.result() == 0 && CallKind.of(call.call()) != CallKind.SEND
                && CallKind.of(call.call()) != CallKind.RECEIVE && !call.call().endsWith("name");
        return silent ? entry(call) : entry(call) + " " + exit(call);
    }

    /** Which system calls a library made of this one, in words; null where it is one. */
    static String library(CallEvent call) {
        int at = call.args() == null ? -1 : call.args().lastIndexOf(LIBRARY);
        return at < 0 ? null : call.args().substring(at);
    }

    private static String withoutLibrary(String args) {
        int at = args.lastIndexOf(LIBRARY);
        return at < 0 ? args : at == 0 ? "" : args.substring(0, at).replaceFirst("; $", "");
    }

    /** What it carried, as its recorder shows it: text in quotation marks, or hexadecimal. */
    static String data(CallEvent call) {
        String args = call.args() == null ? "" : call.args();
        return args.substring(0, args.length() - behindData(args).length()).replaceFirst(", $", "");
    }

    /** The arguments behind the data. */
    private static String behindData(String args) {
        int from = args.startsWith("\"") ? args.lastIndexOf('"') + 1 : 0;
        int comma = args.indexOf(", ", from);
        return comma < 0 ? args : args.substring(comma + 2);
    }
}
