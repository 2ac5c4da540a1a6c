package packetlab.timeline;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.Side;

/**
 * Which side the calls of a program are of that nobody has told to be client or server: by what its sockets do. One that
 * listens, was accepted, or receives its first datagram before it sends one, serves; one that connects or sends first is a
 * client. A call on no socket goes with the socket that its thread has used last. Learnt when calls are told, which is
 * before they are placed, so that socket() is of the side of the connect() or listen() behind it.
 */
final class Roles {
    private final Map<Long, Side> bySocket;
    private final Map<Long, Side> byThread;

    /** @param most sockets and threads that are remembered; beyond it those that were seen first are forgotten */
    Roles(int most) {
        bySocket = limited(most);
        byThread = limited(most);
    }

    private static Map<Long, Side> limited(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Side> eldest) {
                return size() > most;
            }
        };
    }

    void learn(CallEvent call) {
        if (call.from() != null || call.socket() == null) {
            return;
        }
        long id = call.socket().id();
        Side shown = shows(call, bySocket.get(id));
        if (shown != null) {
            bySocket.put(id, shown);
        }
        Side side = bySocket.get(id);
        if (side != null) {
            byThread.put(call.tid(), side);
        }
    }

    private static Side shows(CallEvent call, Side before) {
        switch (call.call()) {
            case "listen", "accept", "accept4" -> {
                return Side.SERVER;
            }
            case "connect" -> {
                return before == null ? Side.CLIENT : before;
            }
            case "socketpair" -> {
                return call.socket().id() % 2 == 0 ? Side.SERVER : Side.CLIENT;
            }
            default -> { }
        }
        boolean moved = before == null && call.errno() == null;
        return switch (CallKind.of(call.call())) {
            case SEND -> moved ? Side.CLIENT : before;
            case RECEIVE -> moved && call.length() > 0 ? Side.SERVER : before;
            default -> before;
        };
    }

    /** The side that a call is told to be of, or that its socket or thread has; null where nothing shows it. */
    Side of(CallEvent call) {
        if (call.from() != null) {
            return call.from();
        }
        return call.socket() == null ? byThread.get(call.tid()) : bySocket.get(call.socket().id());
    }
}
