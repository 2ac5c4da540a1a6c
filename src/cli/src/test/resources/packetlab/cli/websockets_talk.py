# A server and a client of the package websockets talk on 127.0.0.1. Prints what the client heard.
import asyncio

import websockets


async def echo(socket, path=None):
    async for message in socket:
        await socket.send(message)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, subprotocols=["chat"]) as server:
        port = server.sockets[0].getsockname()[1]
        client = await websockets.connect(f"ws://127.0.0.1:{port}/talk", subprotocols=["chat"])
        await client.send("안녕하세요, Python")
        text = await client.recv()
        await client.send(bytes(70000))
        octets = await client.recv()
        await (await client.ping("are you there?"))
        await client.close(4002, "that is all")
        print(text, len(octets), client.close_code)


asyncio.run(main())
