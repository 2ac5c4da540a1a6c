# curl asks Python's own HTTP server on 127.0.0.1 for what it does not have.
import http.server
import subprocess
import threading

with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
    server.RequestHandlerClass.do_GET = lambda request: request.send_error(404)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    subprocess.run(["curl", "-s", f"http://127.0.0.1:{server.server_port}/by-curl"], check=True)
    server.shutdown()
    thread.join()
