// node's ws: says a text and prints what it hears. URL TEXT [ORIGIN]
const WebSocket = require("ws");
const [url, text, origin] = process.argv.slice(2);
const ws = new WebSocket(url, "chat.packetlab", origin ? { origin } : {});
let pinged = false, answered = false;
function done() {
  if (pinged && answered) {
    console.log("pinged");
    ws.close(1000);
  }
}
ws.on("unexpected-response", (request, response) => { console.log(response.statusCode); process.exit(0); });
ws.on("open", () => { console.log(`${ws.protocol} ${ws.extensions}`); ws.send(text); });
ws.on("ping", () => { if (!pinged) { pinged = true; done(); } });
ws.on("message", (data) => { console.log(data.toString()); answered = true; done(); });
ws.on("close", (code) => { console.log(code); });
