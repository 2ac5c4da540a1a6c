/**
 * Everything that touches the operating system: system calls by their own names, live capture through a ring shared
 * with the kernel or through libpcap, private network namespaces, and what this user may do. First file to read:
 * {@link packetlab.os.Sockets}; for capture, {@link packetlab.os.LiveSource}. Imports {@code packetlab.wire} and
 * {@code packetlab.event}, jnr and pcap4j; nothing of the other modules.
 *
 * <p>Linux only. No native library is loaded before the first call that needs one, so that reading files works without
 * libpcap and without jnr.
 */
package packetlab.os;
