/**
 * What the streams carry: HTTP/1.1, WebSocket, permessage-deflate. Framing (structure) stays apart from rules (what an
 * RFC demands), so that a watcher and an endpoint judge with the same code. Imports {@code packetlab.flow},
 * {@code packetlab.wire} and {@code packetlab.event}.
 */
package packetlab.message;
