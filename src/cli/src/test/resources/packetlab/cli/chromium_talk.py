# A page in Chromium talks to aiohttp on 127.0.0.1 over a WebSocket. Prints what the page heard.
import asyncio
import tempfile

from aiohttp import web

PAGE = """<!doctype html><meta charset="utf-8"><script>
const socket = new WebSocket(`ws://${location.host}/echo`);
socket.onopen = () => socket.send("안녕하세요, Chromium");
socket.onmessage = (event) => { heard = event.data; socket.close(4003, "that is all"); };
socket.onclose = () => fetch("/heard", { method: "POST", body: heard });
</script>"""
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
         " --disable-component-update --disable-sync").split()


async def main():
    heard = asyncio.get_running_loop().create_future()

    async def page(request):
        return web.Response(text=PAGE, content_type="text/html")

    async def echo(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def hear(request):
        heard.set_result(await request.text())
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/echo", echo), web.post("/heard", hear)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = await asyncio.create_subprocess_exec(
            "chromium", *FLAGS, f"--user-data-dir={folder}", "--remote-debugging-port=0", f"http://127.0.0.1:{port}/",
            stdout=asyncio.subprocess.DEVNULL)
        try:
            print(await asyncio.wait_for(heard, 60))
        finally:
            browser.terminate()
            await browser.wait()
    await runner.cleanup()


asyncio.run(main())
