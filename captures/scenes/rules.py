"""WebSocket conversations that break RFC 6455 or RFC 7692, one rule in each connection."""
import struct
import zlib

from peers import (BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_both, drain, echo, listener, open_websocket)
from registry import scene

DEFLATE = ('Sec-WebSocket-Extensions', 'permessage-deflate')
MASK = b'\x11\x22\x33\x44'


def give_up(client, far):
    """Ends a connection on which nobody knows any more where a frame begins."""
    client.sock.shutdown(2)
    drain(far.sock)
    far.sock.close()
    client.sock.close()


class Cast:
    """Hands out connections with ascending client ports."""

    def __init__(self, server):
        self.server = server
        self.number = 0

    def open(self, **options):
        pair = open_websocket(self.server, self.number, **options)
        self.number += 1
        return pair


@scene()
def broken_frames():
    """Frames that break rules of sections 5 to 8, one in each connection: mask, RSV bits, opcodes, lengths, control
    frames, fragments, UTF-8, close codes, data after close; and what is legal but suspicious."""
    with listener() as server:
        cast = Cast(server)
        client, far = cast.open()
        client.send(TEXT, 'from the client, not masked', mask=b'')
        close_both(client, far)
        client, far = cast.open()
        far.send(TEXT, 'from the server, masked', mask=MASK)
        close_both(client, far)
        client, far = cast.open()
        client.send(TEXT, 'RSV1 and no extension', rsv=4)
        client.send(TEXT, 'RSV2 and RSV3', rsv=3)
        close_both(client, far)
        client, far = cast.open()
        client.send(3, 'reserved opcode')
        client.send(11, 'reserved control opcode')
        close_both(client, far)
        client, far = cast.open()
        client.send(TEXT, 'length in 16 bits', width=2)
        client.send(TEXT, 'length in 64 bits', width=8)
        close_both(client, far)
        client, far = cast.open()
        client.sock.sendall(b'\x82\xff' + struct.pack('!Q', 1 << 63 | 5) + MASK + b'endless?')
        give_up(client, far)
        client, far = cast.open()
        client.send(PING, 'a fragment', fin=False)
        client.send(PING, 'p' * 126)
        close_both(client, far)
        client, far = cast.open()
        client.send(CONTINUATION, 'of what?')
        close_both(client, far)
        client, far = cast.open()
        client.send(TEXT, 'never ended', fin=False)
        client.send(BINARY, 'another')
        close_both(client, far)
        client, far = cast.open()
        client.send(TEXT, b'caf\xe9')
        client.send(TEXT, b'surrogate \xed\xa0\x80')
        client.send(TEXT, b'cut \xec\x95', fin=False)
        client.send(CONTINUATION, b'')
        close_both(client, far)
        broken_closes(cast)
        suspicious(cast)


def broken_closes(cast):
    for body in (b'\x03', struct.pack('!H', 1005), struct.pack('!H', 999), struct.pack('!H', 2000),
                 struct.pack('!H', 1000) + b'reason \xff'):
        client, far = cast.open()
        client.send(CLOSE, body)
        far.receive()
        far.close_frame(1002)
        client.receive()
        give_up(client, far)
    client, far = cast.open()
    client.close_frame(1000, 'that was all')
    client.send(TEXT, 'not quite')
    client.close_frame(1000, 'now')
    far.receive()
    far.receive()
    far.receive()
    far.close_frame(1000)
    client.receive()
    give_up(client, far)
    client, far = cast.open()
    echo(client, far, TEXT, 'then nothing')
    give_up(client, far)


def suspicious(cast):
    client, far = cast.open(fields=[('Origin', 'http://evil.example')])
    client.send(PONG, 'nobody asked')
    client.send(TEXT, 'the mask key is zero', mask=b'\0\0\0\0')
    client.send(TEXT, 'one key', mask=MASK)
    client.send(TEXT, 'twice', mask=MASK)
    for _ in range(4):
        far.receive()
    close_both(client, far)


@scene()
def broken_upgrades():
    """Opening handshakes that break rules of section 4 and are answered with 101 all the same: an Accept that does not
    match, no version, a key that is too short, a subprotocol and an extension that were not offered, extension
    parameters that are invalid."""
    with listener() as server:
        cast = Cast(server)
        for options in (
                {'accept': b'AAAAAAAAAAAAAAAAAAAAAAAAAAA='},
                {'without': ['Sec-WebSocket-Version']},
                {'without': ['Sec-WebSocket-Key'], 'fields': [('Sec-WebSocket-Key', 'c2hvcnQ=')]},
                {'fields': [('Sec-WebSocket-Protocol', 'chat')], 'answer': [('Sec-WebSocket-Protocol', 'other')]},
                {'answer': [DEFLATE]},
                {'fields': [DEFLATE], 'answer': [(DEFLATE[0], DEFLATE[1] + '; server_max_window_bits=99')]}):
            client, far = cast.open(**options)
            close_both(client, far)


@scene()
def broken_deflate():
    """permessage-deflate misused: octets that do not inflate, RSV1 on a continuation and on a ping."""
    with listener() as server:
        cast = Cast(server)
        client, far = cast.open(fields=[DEFLATE], answer=[DEFLATE])
        client.send(TEXT, b'\xff\xff\xff\xff', rsv=4)
        close_both(client, far, 1007)
        client, far = cast.open(fields=[DEFLATE], answer=[DEFLATE])
        packed = deflated(b'compressed once')
        client.send(TEXT, packed[:4], fin=False, rsv=4)
        client.send(CONTINUATION, packed[4:], rsv=4)
        client.send(PING, 'hb', rsv=4)
        close_both(client, far, 1002)


def deflated(octets):
    """One message as RFC 7692, 7.2.1 has it: without the last four octets of the flush."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(octets) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]

