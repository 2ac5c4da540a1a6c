/**
 * Capture files: pcap and pcapng, read and written in Java. Imports {@code packetlab.wire} and {@code packetlab.event}.
 */
package packetlab.pcap;
