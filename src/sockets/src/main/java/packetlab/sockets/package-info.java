/**
 * Small programs that talk over sockets, to be watched: each demo is one file to be read from top to bottom, whose class
 * comment says what to look at. They call the C library's socket(), bind(), send() ... through
 * {@link packetlab.sockets.Calls}, which records every call. Most are two programs ({@link packetlab.sockets.Pair}), to
 * be played at once or apart. First file to read: {@link packetlab.sockets.TcpEcho}, then
 * {@link packetlab.sockets.Stage}. May import packetlab.os, packetlab.report and all of decode; never packetlab.cli.
 */
package packetlab.sockets;
