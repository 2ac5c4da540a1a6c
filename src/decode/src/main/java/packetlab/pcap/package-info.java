/**
 * Capture files: pcap and pcapng, read and written in Java, without libpcap. First file to read:
 * {@link packetlab.pcap.CaptureReader}. Imports the JDK, {@code packetlab.wire} and {@code packetlab.event}.
 */
package packetlab.pcap;
