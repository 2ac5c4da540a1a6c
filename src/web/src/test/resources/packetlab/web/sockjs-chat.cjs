// sockjs-client over one transport. URL TRANSPORT ROOM TEXT
const SockJS = require("sockjs-client");
const [url, transport, room, text] = process.argv.slice(2);
const sock = new SockJS(`${url}/sockjs?room=${room}`, null, { transports: [transport] });
let open = false;
sock.onopen = () => { open = true; console.log(sock.transport); sock.send(text); };
sock.onmessage = (event) => {
  console.log(event.data);
  for (let i = 0; i < 40; i++) sock.send("n" + i);
  console.log("40 in order");
  setTimeout(() => sock.close(), 1000);
};
sock.onclose = (event) => { console.log(open ? "closed" : "no such transport: " + event.reason); process.exit(0); };
