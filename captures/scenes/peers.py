"""Two ends of a conversation, driven by one thread, so that packets come in the same order every time.

Client ports are fixed: in a namespace of its own nobody else has them, and the golden text keeps them.
"""
import base64
import hashlib
import random
import socket
import struct

SERVER_PORT = 8080
CLIENT_PORT = 50000
TIMEOUT_S = 10
GUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def listener(host='127.0.0.1', port=SERVER_PORT, backlog=64):
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(TIMEOUT_S)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(backlog)
    return sock


def client_socket(number=0, host='127.0.0.1'):
    """A socket bound to the client port of that number, not connected."""
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(TIMEOUT_S)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.bind((host, CLIENT_PORT + number))
    return sock


def connect(server, number=0, host='127.0.0.1'):
    """A connection as its two ends, client first."""
    near = client_socket(number, host)
    near.connect((host, server.getsockname()[1]))
    far, _ = server.accept()
    far.settimeout(TIMEOUT_S)
    far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


def read_head(sock):
    head = b''
    while not head.endswith(b'\r\n\r\n'):
        octet = sock.recv(1)
        if not octet:
            raise EOFError('connection ended inside a head')
        head += octet
    return head


def read_exactly(sock, count):
    octets = b''
    while len(octets) < count:
        more = sock.recv(count - len(octets))
        if not more:
            raise EOFError('connection ended')
        octets += more
    return octets


def accept_value(key):
    return base64.b64encode(hashlib.sha1(key + GUID).digest())


def upgrade_request(number=0, target='/chat', host='127.0.0.1:8080', fields=(), without=()):
    key = base64.b64encode(random.Random(number).randbytes(16))
    lines = [('Host', host), ('Upgrade', 'websocket'), ('Connection', 'Upgrade'),
             ('Sec-WebSocket-Key', key.decode()), ('Sec-WebSocket-Version', '13')]
    lines = [line for line in lines if line[0] not in without] + list(fields)
    text = f'GET {target} HTTP/1.1\r\n' + ''.join(f'{n}: {v}\r\n' for n, v in lines) + '\r\n'
    return text.encode(), key


def upgrade_response(key, fields=(), accept=None):
    lines = [('Upgrade', 'websocket'), ('Connection', 'Upgrade'),
             ('Sec-WebSocket-Accept', (accept or accept_value(key)).decode())] + list(fields)
    text = 'HTTP/1.1 101 Switching Protocols\r\n' + ''.join(f'{n}: {v}\r\n' for n, v in lines) + '\r\n'
    return text.encode()


def header(opcode, length, fin=True, rsv=0, mask=None, width=None):
    """A frame's header; `width` is that of the length in octets (0, 2, 8) where it is not to be the shortest."""
    if width is None:
        width = 0 if length < 126 else 2 if length < 65536 else 8
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    marked = 0x80 if mask else 0
    if width == 0:
        octets = struct.pack('!BB', first, marked | length)
    elif width == 2:
        octets = struct.pack('!BBH', first, marked | 126, length)
    else:
        octets = struct.pack('!BBQ', first, marked | 127, length)
    return octets + (mask or b'')


def masked(payload, mask):
    return bytes(octet ^ mask[i % 4] for i, octet in enumerate(payload))


class End:
    """One end of an upgraded connection; the client masks, with keys that are the same in every run."""

    def __init__(self, sock, is_client, number=0):
        self.sock = sock
        self.is_client = is_client
        self.keys = random.Random(1000 + number)

    def frame(self, opcode, payload=b'', fin=True, rsv=0, mask=None, width=None):
        if isinstance(payload, str):
            payload = payload.encode()
        if mask is None:
            mask = self.keys.randbytes(4) if self.is_client else b''
        octets = header(opcode, len(payload), fin, rsv, mask, width)
        return octets + (masked(payload, mask) if mask else payload)

    def send(self, *args, **options):
        self.sock.sendall(self.frame(*args, **options))

    def close_frame(self, code=1000, reason=''):
        self.send(CLOSE, struct.pack('!H', code) + reason.encode())

    def receive(self):
        """The next frame as (fin, opcode, payload)."""
        first, second = read_exactly(self.sock, 2)
        length = second & 0x7F
        if length == 126:
            length, = struct.unpack('!H', read_exactly(self.sock, 2))
        elif length == 127:
            length, = struct.unpack('!Q', read_exactly(self.sock, 8))
        mask = read_exactly(self.sock, 4) if second & 0x80 else None
        payload = read_exactly(self.sock, length)
        return first & 0x80 != 0, first & 0x0F, masked(payload, mask) if mask else payload


def ends(near, far, number=0):
    return End(near, True, number), End(far, False, number)


def upgrade(near, far, number=0, fields=(), answer=(), accept=None, without=(), **options):
    """The opening handshake; returns both ends, client first."""
    request, key = upgrade_request(number, fields=fields, without=without, **options)
    near.sendall(request)
    read_head(far)
    far.sendall(upgrade_response(key, answer, accept))
    read_head(near)
    return ends(near, far, number)


def open_websocket(server, number=0, host='127.0.0.1', **options):
    near, far = connect(server, number, host)
    return upgrade(near, far, number, **options)


def echo(client, server, opcode, payload):
    client.send(opcode, payload)
    _, received, octets = server.receive()
    server.send(PONG if received == PING else received, octets)
    return client.receive()


def close_both(client, server, code=1000, reason=''):
    """The closing handshake, begun by the client; then the server ends the connection (RFC 6455, 7.1.1)."""
    client.close_frame(code, reason)
    server.send(CLOSE, receive_close(server))
    receive_close(client)
    hang_up(server.sock, client.sock)


def receive_close(end):
    """The body of the next close frame; what comes before it is passed over."""
    while True:
        _, opcode, payload = end.receive()
        if opcode == CLOSE:
            return payload


def hang_up(first, second):
    """FIN from the first, read by the second, which ends its side, too."""
    first.shutdown(socket.SHUT_WR)
    drain(second)
    second.close()
    drain(first)
    first.close()


def drain(sock):
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        pass
