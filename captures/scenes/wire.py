"""Real kernels behind a wire with faults (packetlab impair): what it did to a packet is a comment on it."""
import socket
import time

from peers import BINARY, TEXT, close_both, echo, listener, open_websocket
from registry import scene


def talk(messages=6):
    with listener() as server:
        client, far = open_websocket(server)
        for n in range(1, messages + 1):
            echo(client, far, TEXT, f'message {n}')
        close_both(client, far)


def burst(messages=4):
    """Messages at once, so that several segments are on their way."""
    with listener() as server:
        client, far = open_websocket(server)
        for n in range(1, messages + 1):
            client.send(TEXT, f'message {n} of a burst')
        for _ in range(messages):
            far.receive()
        far.send(TEXT, 'all there')
        client.receive()
        close_both(client, far)


@scene(wire=['--delay', '5ms', '--jitter', '2ms', '--seed', '1'])
def wire_delay():
    """A wire that delays each packet by 5 ms, 2 more or less; seen as packets come into it, as the others below where
    nothing else is said."""
    talk(3)


@scene(wire=['--loss', '15%', '--seed', '11'])
def wire_loss():
    """A wire that loses packets by chance: the retransmissions are the kernel's."""
    talk()


@scene(wire=['--reorder', '30%', '--from', 'client', '--seed', '5', '--at', 'received'])
def wire_reorder():
    """A wire in which packets of the client are overtaken, seen where they come out."""
    burst(8)


@scene(wire=['--duplicate', '30%', '--seed', '3', '--at', 'received'])
def wire_duplicate():
    """A wire in which packets come twice, seen where they come out; the receiver says so (D-SACK)."""
    talk()


@scene(wire=['--corrupt', '20%', '--seed', '4', '--at', 'received'])
def wire_corrupt():
    """A wire that turns over bits, seen where packets come out: their checksums are wrong, and the kernel drops them."""
    talk()


@scene(wire=['--rate', '2mbit', '--queue', '6'])
def wire_rate():
    """A wire of 2 Mbit/s with room for six packets: what comes while it is full is lost."""
    with listener() as server:
        client, far = open_websocket(server)
        client.send(BINARY, bytes(i % 251 for i in range(20_000)))
        far.receive()
        far.send(TEXT, 'that took a while')
        client.receive()
        close_both(client, far)


@scene(wire=['-r', 'swap the 3rd and 4th data segment of the client', '--at', 'received'])
def wire_swap():
    """Two segments of the client that change places, seen where they come out."""
    burst()


@scene(wire=['-r', "drop the server's 1st syn/ack", '-r', 'drop the 3rd data segment of the client',
             '-r', 'drop the 1st retransmission of stream 0'])
def wire_script():
    """A script of losses: the server's SYN/ACK, the first retransmission, which is that of the SYN, and a message."""
    talk(3)


@scene(wire=['-r', 'drop ack of the server', '-r', 'drop the 3rd to 4th data segments of the client', '--at', 'received'])
def wire_overlap():
    """Acknowledgments that are lost and a segment that is: the kernel repeats two segments as one, which overlaps what
    has arrived; seen where packets come out."""
    with listener() as server:
        client, far = open_websocket(server)
        client.send(TEXT, 'the first arrives, its acknowledgment does not')
        client.send(TEXT, 'the second does not arrive')
        for _ in range(2):
            far.receive()
        far.send(TEXT, 'both are there')
        client.receive()
        close_both(client, far)


@scene(wire=['-r', 'drop ack of the server', '-r', 'corrupt mended the 3rd data segment of the client', '--seed', '9',
             '--at', 'received'])
def wire_conflict():
    """A segment that arrives changed, with a checksum made right, and whose acknowledgment is lost: the kernel repeats
    it as it was, and the octets differ. Seen where packets come out."""
    with listener() as server:
        client, far = open_websocket(server)
        client.send(TEXT, 'this message arrives with one bit that was never sent, and is repeated')
        far.receive()
        time.sleep(0.6)
        far.send(TEXT, 'noted')
        client.receive()
        close_both(client, far)


@scene(wire=['-r', 'reject tcp new to port 8081', '-r', 'reject udp', '-r', 'deny ws text longer than 40 from the client',
             '-r', 'allow log new'])
def wire_firewall():
    """A firewall: a connection and a datagram are refused, and of a WebSocket's messages one that is too long."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as refused:
        refused.bind(('127.0.0.1', 50002))
        try:
            refused.connect(('127.0.0.1', 8081))
            raise RuntimeError('somebody listens')
        except ConnectionRefusedError:
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.bind(('127.0.0.1', 50003))
        datagram.sendto(b'anybody?', ('127.0.0.1', 5353))
    with listener() as server:
        client, far = open_websocket(server)
        echo(client, far, TEXT, 'short enough')
        client.send(TEXT, 'this message is longer than the firewall lets pass')
        time.sleep(0.5)
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        client.sock.close()
        far.sock.close()
