"""WebSocket conversations that keep the rules."""
import base64
import json
import os
import subprocess
import threading

from peers import (BINARY, CONTINUATION, PING, PONG, TEXT, End, close_both, connect, echo, ends, hang_up,
                   listener, open_websocket, read_exactly, read_head, upgrade, upgrade_request, upgrade_response)
from registry import scene

LONG = ''.join(f'Line {i:02d} of a text that is longer than 125 octets.\n' for i in range(6))


def node_talk(server_options, client_options, sends):
    talk = json.dumps([server_options, client_options, sends])
    subprocess.run([os.environ.get('NODE', 'node'), os.path.join(os.path.dirname(__file__), 'talk.js'), talk],
                   check=True, timeout=20)


@scene(name='echo', needs_ws=True)
def echo_node():
    """Both ends are node's ws, uncompressed: texts in Korean and with an emoji, an empty one, a 16-bit length, binary,
    ping and pong, closing handshake with code and reason."""
    node_talk({'perMessageDeflate': False}, {'perMessageDeflate': False, 'origin': 'http://127.0.0.1:8080'}, [
        [{'text': 'hello'}, {}], [{'text': '안녕하세요 서버! 👋'}, {}], [{'text': ''}, {}], [{'text': LONG}, {}],
        [{'base64': base64.b64encode(bytes(range(32))).decode()}, {}], [{'ping': 'hb-1'}, {}],
        [{'text': '{"type":"bye"}'}, {}]])


def prices(n):
    return {'text': json.dumps({'type': 'price', 'symbol': 'ACME', 'bid': 100 + n, 'ask': 101 + n, 'seq': n})}


@scene(needs_ws=True)
def deflate():
    """permessage-deflate between node's ws, both sides with context takeover: messages shrink as they repeat each
    other; one goes uncompressed between them, one is compressed and fragmented, one is empty."""
    options = {'perMessageDeflate': {'threshold': 0}}
    node_talk(options, options, [
        [prices(1), {}], [prices(2), {}], [prices(3), {}], [{'text': 'not compressed'}, {'compress': False}],
        [{'parts': ['{"type":"price","symbol":', '"ACME","bid":104,', '"ask":105,"seq":4}']}, {}],
        [{'text': ''}, {}], [prices(5), {}]])


@scene(needs_ws=True)
def deflate_one_sided():
    """permessage-deflate where the server alone gives up its context (server_no_context_takeover): the client's later
    messages still refer to its earlier ones."""
    options = {'perMessageDeflate': {'threshold': 0, 'serverNoContextTakeover': True}}
    node_talk(options, options, [[prices(1), {}], [prices(2), {}], [prices(3), {}]])


@scene()
def fragmented():
    """Messages in fragments, with ping and pong between them; a character cut in two; an empty last fragment; both
    sides in the middle of a message at once."""
    with listener() as server:
        client, far = open_websocket(server)
        client.send(TEXT, 'Frag', fin=False)
        client.send(PING, 'between')
        client.send(CONTINUATION, 'men', fin=False)
        for _ in range(3):
            kind = far.receive()[1]
            if kind == PING:
                far.send(PONG, 'between')
        client.receive()
        client.send(CONTINUATION, 'ted')
        far.receive()
        halves = '조각'.encode()
        far.send(TEXT, halves[:4], fin=False)       # the second character needs three octets, and gets one
        client.send(TEXT, 'from the client: 1, ', fin=False)
        far.send(CONTINUATION, halves[4:], fin=False)
        client.send(CONTINUATION, '2, ', fin=False)
        far.send(CONTINUATION, '')
        client.send(CONTINUATION, '3')
        for _ in range(3):
            far.receive()
            client.receive()
        close_both(client, far)


@scene()
def long_message():
    """A message of 66,000 octets, which needs the 64-bit length and more than one packet even on lo; ten frames in one
    packet."""
    with listener() as server:
        client, far = open_websocket(server)
        payload = bytes(i % 251 for i in range(66000))
        sender = threading.Thread(target=client.send, args=(BINARY, payload))
        sender.start()
        far.receive()
        sender.join()
        far.send(TEXT, f'{len(payload)} octets')
        client.receive()
        client.sock.sendall(b''.join(client.frame(TEXT, f'frame {i} of ten') for i in range(1, 11)))
        for _ in range(10):
            far.receive()
        close_both(client, far)


@scene()
def byte_at_a_time():
    """The answer to the upgrade and the frames that follow come one octet in a segment (TCP_NODELAY): a header is split
    at every place, with each width of the length, the widest longer than it need be."""
    with listener() as server:
        near, far = connect(server)
        request, key = upgrade_request()
        near.sendall(request)
        read_head(far)
        trickle(far, near, upgrade_response(key))
        client, server_end = ends(near, far)
        trickle(near, far, client.frame(TEXT, 'slow'))
        trickle(far, near, server_end.frame(TEXT, 'slow, too'))
        for frame in (client.frame(TEXT, 'x' * 126), client.frame(BINARY, b'eight', width=8)):
            trickle(near, far, frame[:15])
            near.sendall(frame[15:])
            read_exactly(far, len(frame) - 15)
        trickle(near, far, client.frame(PING, ''))
        trickle(far, near, server_end.frame(PONG, ''))
        close_both(client, server_end)


def trickle(sender, receiver, octets):
    for octet in octets:
        sender.sendall(bytes([octet]))
        read_exactly(receiver, 1)


@scene()
def refused():
    """An upgrade answered with 403; one answered with 426 and the version that the server speaks, after which the same
    connection is upgraded; one that is no upgrade at all."""
    with listener() as server:
        near, far = connect(server, 0)
        near.sendall(upgrade_request(0, '/private')[0])
        read_head(far)
        far.sendall(b'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n'
                    b'\r\nnot here.\n')
        hang_up(far, near)

        near, far = connect(server, 1)
        request = upgrade_request(1)[0].replace(b'Version: 13', b'Version: 8')
        near.sendall(request)
        read_head(far)
        far.sendall(b'HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n')
        read_head(near)
        client, server_end = upgrade(near, far, 1)
        echo(client, server_end, TEXT, 'second try')
        close_both(client, server_end)

        near, far = connect(server, 2)
        near.sendall(b'GET /chat HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n')
        read_head(far)
        far.sendall(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
        hang_up(far, near)


@scene()
def subprotocol():
    """The client offers two subprotocols, and the server picks the second; then one where it picks none."""
    with listener() as server:
        offer = [('Sec-WebSocket-Protocol', 'chat.v1, chat.v2'), ('Origin', 'http://127.0.0.1:8080')]
        client, far = open_websocket(server, 0, fields=offer, answer=[('Sec-WebSocket-Protocol', 'chat.v2')])
        echo(client, far, TEXT, '{"v":2}')
        close_both(client, far)
        client, far = open_websocket(server, 1, fields=offer)
        echo(client, far, TEXT, 'no subprotocol')
        close_both(client, far)


@scene()
def glued():
    """The client sends its first frame in the same segment as the request, before the answer; the server's first frame
    is glued to its 101, behind a 103."""
    with listener() as server:
        near, far = connect(server)
        request, key = upgrade_request()
        client, server_end = ends(near, far)
        near.sendall(request + client.frame(TEXT, 'too early'))
        read_head(far)
        server_end.receive()
        far.sendall(b'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n' + upgrade_response(key)
                    + server_end.frame(TEXT, 'right behind the head') + server_end.frame(PING, 'and a ping'))
        read_head(near)
        read_head(near)
        client.receive()
        client.send(PONG, client.receive()[2])
        server_end.receive()
        close_both(client, server_end)


@scene()
def ipv6():
    """The same over IPv6, on ::1."""
    with listener('::1') as server:
        client, far = open_websocket(server, host='::1')
        echo(client, far, TEXT, 'six')
        echo(client, far, PING, 'hb')
        close_both(client, far)


@scene()
def many():
    """Twenty-four connections at once, whose packets are interleaved."""
    with listener() as server:
        pairs = [open_websocket(server, n) for n in range(24)]
        for n, (client, _) in enumerate(pairs):
            client.send(TEXT, f'client {n}')
        for _, far in reversed(pairs):
            _, opcode, payload = far.receive()
            far.send(opcode, payload)
        for client, _ in pairs:
            client.receive()
        for client, far in pairs:
            close_both(client, far)


@scene()
def midstream():
    """The recording begins after the upgrade: where a frame begins has to be found out."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'nobody records this')
        yield
        for text in ('the first that was recorded', 'second', '세 번째', 'fourth'):
            echo(client, far, TEXT, text)
        echo(client, far, PING, 'hb-2')
        close_both(client, far, 1001, 'going away')


@scene(snaplen=100)
def snaplen():
    """Recorded with a snaplen of 100: of each packet its headers and up to 34 octets."""
    with listener() as server:
        client, far = open_websocket(server)
        for text in ('short enough', LONG, 'short again'):
            echo(client, far, TEXT, text)
        close_both(client, far)

