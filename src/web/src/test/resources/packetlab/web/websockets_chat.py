# Python's websockets: says a text, prints the answer, then sends more than the server takes. URL TEXT
import asyncio
import sys

import websockets


async def main(url, text):
    async with websockets.connect(url, subprotocols=["chat.packetlab"]) as socket:
        print(socket.subprotocol)
        await socket.send(text)
        print(await asyncio.wait_for(socket.recv(), 20))
        try:
            await socket.send("x" * 100_000)
            await asyncio.wait_for(socket.recv(), 20)
        except websockets.ConnectionClosed:
            print(socket.close_code)


asyncio.run(main(*sys.argv[1:]))
