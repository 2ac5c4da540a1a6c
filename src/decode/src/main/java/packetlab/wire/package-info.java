/**
 * One packet: link layer, IP, TCP, UDP, ICMP, read in place through reusable views. First file to read:
 * {@link packetlab.wire.Dissector}. Knows nothing of connections; imports only the JDK and {@code packetlab.event}.
 */
package packetlab.wire;
