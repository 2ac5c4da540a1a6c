package packetlab.latency;

import java.io.IOException;

/** Starts servers in processes of their own. */
public interface Servers {
    /** Comes back when it serves. */
    Server start(Setting setting) throws IOException;
}
