"""Two sends in one go and their answer over TCP, a datagram and its answer, from a child process."""
import os
import socket

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
datagrams.bind(("::1", 0))
if os.fork() == 0:
    client = socket.create_connection(server.getsockname())
    client.sendall(b"one")
    client.sendall(b"three")
    assert client.recv(100) == b"eight"
    asking = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    asking.sendto(b"?", datagrams.getsockname())
    assert asking.recvfrom(10)[0] == b"!"
    os._exit(0)
accepted, _ = server.accept()
got = b""
while len(got) < 8:
    got += accepted.recv(100)
accepted.sendall(b"eight")
question, asker = datagrams.recvfrom(10)
datagrams.sendto(b"!", asker)
_, status = os.wait()
assert status == 0
