"""What happens to TCP connections, most of them with a WebSocket inside."""
import ctypes
import socket
import struct
import threading
import time

from peers import (BINARY, TEXT, client_socket, close_both, drain, echo, hang_up, header, listener, masked,
                   open_websocket, read_exactly, upgrade)
from registry import scene

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
TCP_HEADER = 32         # with time stamps
IP_AND_TCP = 20 + TCP_HEADER


class DropSegments:
    """Makes the kernel drop, at one socket, the segments whose TCP header and payload have one of these lengths."""

    def __init__(self, sock, *lengths):
        self.sock = sock
        # classic BPF: A = length of the packet; equal to one of them: take nothing of it; otherwise all of it
        code = [(0x80, 0, 0, 0)]
        for i, length in enumerate(lengths):
            code.append((0x15, len(lengths) - i, 0, length))
        code += [(0x06, 0, 0, 0xFFFFFFFF), (0x06, 0, 0, 0)]
        self.program = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
        self.length = len(code)

    def __enter__(self):
        # struct sock_fprog: a count and, aligned, the address of the instructions
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                             struct.pack('HP', self.length, ctypes.addressof(self.program)))
        return self

    def __exit__(self, *exception):
        self.sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def reset_on_close(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.close()


@scene()
def reset():
    """The client resets the connection (SO_LINGER 0) inside a frame: 40 of its 100 octets had come."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'before')
        mask = b'\x01\x02\x03\x04'
        client.sock.sendall(header(TEXT, 100, mask=mask) + masked(b'half a promise is kept. ' * 2, mask)[:40])
        read_exactly(far.sock, 46)
        reset_on_close(client.sock)
        drain(far.sock)
        far.sock.close()


@scene()
def half_close():
    """The client ends its direction with FIN, without a close frame; the server sends on for a while, then ends its."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'I will only listen from now on')
        client.sock.shutdown(socket.SHUT_WR)
        drain(far.sock)
        for n in range(1, 4):
            time.sleep(0.02)
            far.send(TEXT, f'news {n}')
            client.receive()
        far.sock.close()
        drain(client.sock)
        client.sock.close()


@scene()
def lost_syn():
    """A SYN that the server drops because its queue of connections is full; the client sends it again after a second,
    when there is room."""
    with listener(backlog=0) as server:
        waiting = client_socket(0)
        waiting.connect(server.getsockname())
        near = client_socket(1)
        connecting = threading.Thread(target=near.connect, args=(server.getsockname(),))
        connecting.start()
        time.sleep(0.4)
        first, _ = server.accept()
        hang_up(waiting, first)
        connecting.join()
        far, _ = server.accept()
        far.settimeout(10)
        client, far = upgrade(near, far, 1)
        echo(client, far, TEXT, 'at last')
        close_both(client, far)


@scene()
def port_closed():
    """A connection refused: nobody listens, and the SYN is answered with RST; on 127.0.0.1 and on ::1."""
    for host in ('127.0.0.1', '::1'):
        sock = client_socket(0, host)
        try:
            sock.connect((host, 8081))
        except ConnectionRefusedError:
            sock.close()
        else:
            raise RuntimeError('somebody listens')


@scene()
def same_port():
    """Two connections one after the other between the same addresses and ports, and a third after a reset."""
    with listener() as server:
        for n in range(3):
            client, far = open_websocket(server, 0)
            echo(client, far, TEXT, f'connection {n}')
            if n == 1:
                reset_on_close(client.sock)
                far.sock.close()
            else:
                close_both(client, far)


@scene()
def resent():
    """Two segments that the server's kernel drops before TCP sees them (both are in the capture): the client sends the
    first again when the server acknowledges what came behind it, and the last after its timer."""
    with listener() as server:
        client, far = open_websocket(server)
        first = client.frame(TEXT, 'this one is dropped on its way')
        with DropSegments(far.sock, TCP_HEADER + len(first)):
            client.sock.sendall(first)
            for n in range(1, 5):
                client.send(TEXT, f'behind it, {n}')
            time.sleep(0.1)
        for _ in range(5):
            far.receive()
        last = client.frame(TEXT, 'so is this, and nothing comes behind it')
        with DropSegments(far.sock, TCP_HEADER + len(last)):
            client.sock.sendall(last)
            time.sleep(0.1)
        far.receive()
        close_both(client, far)


UNRECORDED = 'this message is acknowledged, but was never captured'


@scene(filter=f'not (tcp and (ip[2:2] = {IP_AND_TCP + 6 + len(UNRECORDED)} or ip[2:2] = {IP_AND_TCP + 77}))')
def gap():
    """A recording that lacks packets, as that of a machine too slow: first a whole frame, then the middle of one."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'recorded')
        echo(client, far, TEXT, UNRECORDED)
        echo(client, far, TEXT, 'recorded again')
        octets = client.frame(BINARY, bytes(range(200)))
        for part in (octets[:60], octets[60:137], octets[137:]):
            client.sock.sendall(part)
            read_exactly(far.sock, len(part))
        for n in range(1, 4):
            echo(client, far, TEXT, f'after the hole, {n}')
        close_both(client, far)


@scene()
def zero_window():
    """A server that does not read: the client fills its window and probes it, until the server reads and says so."""
    with listener() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client, far = open_websocket(server)
        payload = bytes(i % 251 for i in range(12000))
        sender = threading.Thread(target=client.send, args=(BINARY, payload))
        sender.start()
        time.sleep(1)
        far.receive()
        sender.join()
        far.send(TEXT, 'sorry, was busy')
        client.receive()
        close_both(client, far)


@scene()
def keep_alive():
    """An idle connection whose client probes every second whether the server is still there (SO_KEEPALIVE)."""
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'still there?')
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        time.sleep(2.5)
        echo(client, far, TEXT, 'yes')
        close_both(client, far)


@scene(setting=('net/ipv4/tcp_fastopen', '3'))
def fast_open():
    """TCP Fast Open: the first connection fetches a cookie, the second sends its upgrade in the SYN."""
    with listener() as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
        for number in range(2):
            near = client_socket(number)
            near.setsockopt(socket.IPPROTO_TCP, 30, 1)      # TCP_FASTOPEN_CONNECT: connect() waits for data
            near.connect(server.getsockname())
            accepted = []
            accepting = threading.Thread(target=lambda: accepted.append(server.accept()[0]))
            accepting.start()
            client, far = upgrade(near, Later(accepting, accepted), number)
            far.sock = accepted[0]
            echo(client, far, TEXT, 'fast' if number else 'not yet')
            close_both(client, far)


class Later:
    """The far end of a connection that comes to be with the near end's first data."""

    def __init__(self, accepting, accepted):
        self.accepting = accepting
        self.accepted = accepted

    def __getattr__(self, name):
        self.accepting.join()
        return getattr(self.accepted[0], name)


@scene()
def simultaneous_open():
    """Both ends call connect(): a SYN from each, and nobody is the server (RFC 9293, figure 7)."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deaf.bind(('127.0.0.1', 50001))
    near = client_socket(0)
    near.setblocking(False)
    with DropSegments(deaf, *range(20, 61)):
        deaf.listen()
        near.connect_ex(('127.0.0.1', 50001))       # dropped, not refused
    deaf.close()
    near.settimeout(10)
    far = client_socket(1)
    far.connect(('127.0.0.1', 50000))
    near.sendall(b'from one\n')
    read_exactly(far, 9)
    far.sendall(b'from the other\n')
    read_exactly(near, 15)
    hang_up(near, far)
