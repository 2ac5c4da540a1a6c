/**
 * Joins socket calls with the packets of the same run: which segments carried the octets of a send(), which of them a
 * recv() returned, that a connect() was a handshake and a close() a FIN or a reset. Pure: no clock, no file, no socket.
 * What the facts do not decide is left unknown, never guessed. First file to read: {@link packetlab.timeline.Timeline}.
 * Imports {@code packetlab.event} and nothing else.
 */
package packetlab.timeline;
