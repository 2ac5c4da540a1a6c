/**
 * One chat over every transport that browsers have had, from polling to WebSocket, SockJS and Socket.IO: servers and
 * clients. Read {@link packetlab.web.ChatServer} and {@link packetlab.web.Transport} first, then {@link
 * packetlab.web.Hub}, through which a message of one transport reaches the clients of all others. Imports native,
 * sockets, report and decode, never cli. Nothing here is loaded before a command of the web is run.
 */
package packetlab.web;
