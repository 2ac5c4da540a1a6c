package packetlab.os;

import packetlab.event.CallEvent;
import packetlab.event.CallEvent.Transport;

/**
 * A call of a traced program as it was seen from outside, before anybody knows which socket of the run it was made on.
 *
 * @param call the call, without its socket
 * @param seen what was seen of its socket; null where it is a call on none, such as a wait
 */
public record SeenCall(CallEvent call, Sight seen) {
    /**
     * What one call shows of its socket; of accept(), of the one that it made.
     *
     * @param key       a name that all descriptors of the socket share, in all processes; null where only the process and
     *                  the descriptor tell
     * @param descriptor the number that the socket has in the calling process, which for calls that make one is new
     * @param transport null where not seen
     * @param local     its own address; null where not seen or none
     * @param peer      the other end's, for this call: of a datagram where it comes from or goes to
     * @param stampNs   the kernel's stamp of the datagram that was received, or NO_TIME
     */
    public record Sight(String key, long descriptor, Transport transport, String local, String peer, long stampNs) {
        /** How a key begins that is only the addresses of both ends, which another socket may have had before. */
        static final String ENDS = "ends ";

        boolean isCertain() {
            return key != null && !key.startsWith(ENDS);
        }
    }
}
