/**
 * The packets of one connection: order, handshake, analysis, in-order bytes. First file to read:
 * {@link packetlab.flow.StreamHandler}, which is what the next room sees. Imports {@code packetlab.wire} and
 * {@code packetlab.event}, never {@code packetlab.message}.
 */
package packetlab.flow;
