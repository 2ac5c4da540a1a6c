package packetlab.os;

import java.util.LinkedHashMap;
import java.util.Map;
import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Socket;
import packetlab.event.CallEvent.Transport;

/**
 * Which socket of the run each seen call was made on: by the socket's own name where the way of tracing sees it, otherwise
 * by process and descriptor. Keeps what earlier calls have shown of a socket: its transport and addresses. One thread.
 */
public final class TracedSockets {
    /** Sockets that are known at one time; the one that was used longest ago is forgotten. */
    private static final int MOST = 1 << 16;
    private static final String COOKIE = "cookie ";

    private static final class Known {
        final long id;
        Transport transport = Transport.OTHER;
        String local;
        String peer;
        /** A name of its own, once it was seen. */
        String name;

        Known(long id) {
            this.id = id;
        }
    }

    private final Map<String, Known> byName = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };
    private long ids;

    /** The call with its socket; as it was where it has none. */
    public CallEvent take(SeenCall seen) {
        CallEvent call = seen.call();
        SeenCall.Sight sight = seen.seen();
        if (sight == null) {
            return call;
        }
        Known known = find(call, sight);
        if (sight.transport() != null) {
            known.transport = sight.transport();
        }
        if (sight.local() != null) {
            known.local = sight.local();
        }
        boolean packetwise = known.transport == Transport.UDP || known.transport == Transport.UNIX_DATAGRAM
                || known.transport == Transport.OTHER;
        boolean lasting = !packetwise || call.call().equals("connect");
        if (sight.peer() != null && lasting && !call.call().equals("bind")) {
            known.peer = sight.peer();
        }
        String peer = call.call().equals("bind") || sight.peer() == null ? known.peer : sight.peer();
        return call.on(new Socket(known.id, known.transport, known.local, peer, sight.stampNs()));
    }

    /**
     * Calls are missing: how many octets each socket has carried is not known any more, so from here on they are others, of
     * which the beginning was not seen.
     */
    public void forget() {
        byName.clear();
    }

    private Known find(CallEvent call, SeenCall.Sight sight) {
        String place = call.pid() + " " + sight.descriptor();
        boolean makes = makes(call);
        // A cookie is given once: another thread may have used the socket before the one that made it could tell.
        Known known = makes && sight.key() != null && sight.key().startsWith(COOKIE) ? byName.get(sight.key()) : null;
        if (!makes) {
            known = sight.isCertain() ? byName.get(sight.key()) : likely(byName.get(place), sight);
            known = known == null && sight.key() != null ? byName.get(sight.key()) : known;
            known = known == null ? unnamed(byName.get(place), sight) : known;
        }
        if (known == null) {
            known = new Known(++ids);
        }
        if (sight.key() != null) {
            byName.put(sight.key(), known);
        }
        known.name = sight.isCertain() ? sight.key() : known.name;
        byName.put(place, known);
        if (call.call().equals("close") && call.errno() == null && call.returned()) {
            byName.remove(place);
        }
        return known;
    }

    /** What the descriptor was before, unless what is seen now contradicts it: then it was closed unseen. */
    private static Known likely(Known before, SeenCall.Sight sight) {
        boolean other = before != null && (sight.transport() != null && before.transport != sight.transport()
                || sight.key() != null && before.peer != null && sight.peer() != null && before.local != null
                && !(sight.peer().equals(before.peer) && sight.local().equals(before.local)));
        return other ? null : before;
    }

    /** One that accept() returned, whose connection has ended: only now it is called by its own name. */
    private static Known unnamed(Known before, SeenCall.Sight sight) {
        return before == null || before.name != null || sight.transport() != null && before.transport != sight.transport()
                ? null : before;
    }

    private static boolean makes(CallEvent call) {
        return call.errno() == null && call.returned() && switch (call.call()) {
            case "socket", "socketpair", "accept", "accept4" -> true;
            default -> false;
        };
    }
}
