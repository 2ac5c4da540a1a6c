package packetlab.web;

/**
 * What a {@link ChatServer} has counted.
 *
 * @param clients        connected now
 * @param joined         that have ever been
 * @param messagesHeard  from clients
 * @param messagesSent   to clients, heartbeats among them
 * @param refused        requests, connections and messages that broke a limit or came from a foreign page
 * @param dropped        clients that did not read, or no longer answered
 * @param messagesLost   that waited for those when they were dropped
 */
public record ChatCounters(int clients, long joined, long messagesHeard, long messagesSent, long refused, long dropped,
        long messagesLost) {}
