/**
 * Small programs that talk over sockets, to be watched: each demo is one file to be read from top to bottom. They call
 * the C library's socket(), bind(), send() ... through {@link packetlab.sockets.Calls}, which records every call. First
 * file to read: {@link packetlab.sockets.TcpEcho}, then {@link packetlab.sockets.Stage}. May import packetlab.os,
 * packetlab.report and all of decode; never packetlab.cli.
 */
package packetlab.sockets;
