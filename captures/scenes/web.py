"""What browser-era libraries frame inside HTTP and WebSocket: real servers with their own clients, driven by web.js."""
import os
import subprocess

from registry import scene

#: Client ports from 50000 on, as in the other captures; the kernel chooses among these.
PORTS = ('net/ipv4/ip_local_port_range', '50000 50063')


def node(*what):
    subprocess.run([os.environ.get('NODE', 'node'), os.path.join(os.path.dirname(__file__), 'web.js'), *what], check=True,
                   timeout=30)


@scene(name='socketio-polling', needs_web=True, setting=PORTS)
def socketio_polling():
    """Socket.IO 4 by HTTP polling alone: an event each way with its acknowledgement, binary attachments, a second
    namespace, one that is refused."""
    node('socketio', '4', 'polling')


@scene(name='socketio-upgrade', needs_web=True, setting=PORTS)
def socketio_upgrade():
    """The same conversation, begun by polling and changed to WebSocket (probe, upgrade): one session on both."""
    node('socketio', '4', 'polling,websocket')


@scene(name='socketio-websocket', needs_web=True, setting=PORTS)
def socketio_websocket():
    """The same by WebSocket from the beginning."""
    node('socketio', '4', 'websocket')


@scene(name='socketio2-polling', needs_web=True, setting=PORTS)
def socketio2_polling():
    """Socket.IO 2 (Engine.IO 3) by polling: the server connects the default namespace itself, packets have their length
    before them, octets are base64."""
    node('socketio', '2', 'polling')


@scene(name='socketio2-upgrade', needs_web=True, setting=PORTS)
def socketio2_upgrade():
    """Socket.IO 2 with the change to WebSocket, where octets have their type before them."""
    node('socketio', '2', 'polling,websocket')


@scene(name='sockjs-websocket', needs_web=True, setting=PORTS)
def sockjs_websocket():
    """SockJS by WebSocket, between sockjs-node and its client: open, messages each way, a heartbeat (by WebSocket that is
    a ping), close."""
    node('sockjs', 'websocket')


@scene(name='sockjs-xhr-streaming', needs_web=True, setting=PORTS)
def sockjs_xhr_streaming():
    """The same by one answer that goes on (chunked) and a request for each message of the client."""
    node('sockjs', 'xhr-streaming')


@scene(name='sockjs-xhr-polling', needs_web=True, setting=PORTS)
def sockjs_xhr_polling():
    """The same by long polling: one request for each frame of the server."""
    node('sockjs', 'xhr-polling')


@scene(name='sockjs-eventsource', needs_web=True, setting=PORTS)
def sockjs_eventsource():
    """The same by server-sent events."""
    node('sockjs', 'eventsource')


@scene(name='sockjs-scripts', needs_web=True, setting=PORTS)
def sockjs_scripts():
    """SockJS as scripts, jsonp and htmlfile, asked by plain requests as only a browser does else; and the raw WebSocket
    beside it, which has no frames of SockJS."""
    node('scripts')


@scene(name='server-sent-events', setting=PORTS)
def server_sent_events():
    """Server-sent events: a comment, a reconnection time, a type, an ID, data of two lines, three kinds of line ends, and
    the same compressed by gzip as it goes."""
    node('events')
