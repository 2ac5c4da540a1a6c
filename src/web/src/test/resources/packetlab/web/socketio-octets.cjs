// Two of socket.io-client: what one sends as octets, the other gets as octets. URL TRANSPORT
const { io } = require("socket.io-client");
const [url, transport] = process.argv.slice(2);
const options = { transports: [transport], query: { room: "octets" }, reconnection: false, forceNew: true };
const one = io(url, options), two = io(url, options);
two.on("file", (name, octets) => {
  console.log(name, Buffer.from(octets).toString("hex"));
  one.disconnect();
  two.disconnect();
});
two.on("connect", () => one.connected ? send() : one.on("connect", send));
function send() { one.emit("file", "pic.bin", Buffer.from([0, 1, 0x7f, 0xff])); }
