package packetlab.cli;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import packetlab.event.CallEvent;
import packetlab.event.Event;
import packetlab.event.EventType;
import packetlab.message.Decoder;
import packetlab.message.MessageCounters;

/** Which calls of a trace somebody asked to see: by process, descriptor, port and name. */
final class TraceFilter implements Predicate<CallEvent> {
    private final TraceOptions options;
    private final TraceTasks tasks;
    private final List<Pattern> names;

    TraceFilter(TraceOptions options, TraceTasks tasks) {
        this.options = options;
        this.tasks = tasks;
        this.names = options.calls.stream()
                .map(name -> Pattern.compile(name.replaceAll("[^\\w*]", "").replace("*", "\\w*"))).toList();
    }

    /** Whether anything was asked for: otherwise all calls are accepted. */
    boolean isSelective() {
        return !(options.processes.isEmpty() && options.descriptors.isEmpty() && options.ports.isEmpty()
                && options.calls.isEmpty());
    }

    @Override
    public boolean test(CallEvent call) {
        boolean makes = call.fd() == Event.UNKNOWN || call.call().startsWith("accept");
        return (options.processes.isEmpty() || options.processes.contains(Long.toString(call.pid()))
                        || options.processes.contains(tasks.name(call.pid())))
                && (options.descriptors.isEmpty() || options.descriptors.contains(call.fd())
                        || makes && call.errno() == null && call.socket() != null
                        && options.descriptors.contains(call.result()))
                && (options.ports.isEmpty() || call.socket() != null
                        && (hasPort(call.socket().local()) || hasPort(call.socket().peer())))
                && (names.isEmpty() || names.stream().anyMatch(n -> n.matcher(call.call()).matches()));
    }

    private boolean hasPort(String end) {
        int colon = end == null || end.startsWith("/") || end.startsWith("@") ? -1 : end.lastIndexOf(':');
        return colon >= 0 && options.ports.stream().anyMatch(p -> end.substring(colon + 1).equals(Integer.toString(p)));
    }

    /** Lets through these calls alone, and the packets of their sockets. */
    Output before(Output output) {
        if (!isSelective()) {
            return output;
        }
        TracedTraffic packets = new TracedTraffic(output);
        return new Output() {
            @Override
            public void onEvent(Event event) {
                if (!(event instanceof CallEvent call) || test(call)) {
                    packets.onEvent(event);
                }
            }

            @Override
            public boolean wants(EventType type) {
                return packets.wants(type);
            }

            @Override
            public Segments segments() {
                return packets.segments();
            }

            @Override
            public void flush() {
                packets.flush();
            }

            @Override
            public void finish(packetlab.event.CaptureEvent.End end, Decoder decoder, MessageCounters messages) {
                packets.finish(end, decoder, messages);
            }
        };
    }
}
