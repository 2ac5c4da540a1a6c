"""Beside WebSocket: HTTP, UDP, ICMP, fragments, another link type."""
import socket

from peers import (CLIENT_PORT, PING, SERVER_PORT, TEXT, close_both, connect, echo, hang_up, listener, open_websocket,
                   read_exactly, read_head)
from registry import scene

OK = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'


@scene()
def http():
    """HTTP/1.1 without WebSocket, on one connection: a chunked body with a trailer, a POST with a body, HEAD, 304, two
    requests at once, and a body that ends with the connection."""
    with listener() as server:
        near, far = connect(server)

        def exchange(method, target, answer, body=b'', fields=''):
            near.sendall(f'{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{fields}\r\n'.encode() + body)
            read_head(far)
            read_exactly(far, len(body))
            far.sendall(answer)
            read_exactly(near, len(answer))

        exchange('GET', '/chunked', OK + b'Transfer-Encoding: chunked\r\nTrailer: Expires\r\n\r\n'
                 b'5\r\nhello\r\n7;part=last\r\n, world\r\n0\r\nExpires: never\r\n\r\n')
        exchange('POST', '/form', b'HTTP/1.1 204 No Content\r\n\r\n', b'name=packetlab&n=1',
                 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 18\r\n')
        exchange('HEAD', '/big', OK + b'Content-Length: 1000000\r\n\r\n')
        exchange('GET', '/same', b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 7\r\n\r\n', b'',
                 'If-None-Match: "a"\r\n')
        near.sendall(b''.join(f'GET /{n} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n'.encode() for n in (1, 2)))
        read_head(far)
        read_head(far)
        for n in (b'1', b'2'):
            far.sendall(OK + b'Content-Length: 1\r\n\r\n' + n)
            read_head(near)
            read_exactly(near, 1)
        near.sendall(b'GET /stream HTTP/1.0\r\n\r\n')
        read_head(far)
        far.sendall(OK + b'\r\nuntil the connection ends\n')
        hang_up(far, near)


def udp_socket(port, host='127.0.0.1'):
    sock = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(10)
    sock.bind((host, port))
    return sock


@scene()
def udp():
    """Datagrams and their echo, one of them without any octet; then a port where nobody listens, which ICMP says, over
    IPv4 and IPv6."""
    with udp_socket(SERVER_PORT) as far, udp_socket(CLIENT_PORT) as near:
        for datagram in (b'ping', b'', '데이터그램'.encode(), bytes(1400)):
            near.sendto(datagram, far.getsockname())
            octets, sender = far.recvfrom(2000)
            far.sendto(octets, sender)
            near.recv(2000)
    for host in ('127.0.0.1', '::1'):
        with udp_socket(CLIENT_PORT, host) as near:
            near.connect((host, SERVER_PORT))
            near.send(b'anybody?')
            try:
                near.recv(2000)
            except ConnectionRefusedError:
                continue
            raise RuntimeError('somebody answered')


@scene(mtu=1500)
def fragments():
    """Datagrams that are longer than the wire takes (MTU 1500): IPv4 and IPv6 fragments, put together again."""
    for host in ('127.0.0.1', '::1'):
        with udp_socket(SERVER_PORT, host) as far, udp_socket(CLIENT_PORT, host) as near:
            near.sendto(b'long' * 1000, far.getsockname())
            octets, sender = far.recvfrom(5000)
            far.sendto(octets[:2000], sender)
            near.recv(5000)


@scene(interface='any')
def any_interface():
    """Recorded on all interfaces at once, which have another link type (Linux cooked)."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'cooked')
        echo(client, far, PING, '')
        close_both(client, far)
