// A client of the package ws tries the echo server at the port given: compression is offered and declined, text, octets,
// fragments, ping, close; then a message that is too large. Prints what it heard as JSON.
const { WebSocket } = require('ws');

const url = `ws://127.0.0.1:${process.argv[2]}/`;
const heard = [];

function talk(done) {
  const client = new WebSocket(url);
  const steps = [
    () => client.send('안녕하세요'),
    () => client.send(Buffer.alloc(100000, 1)),
    () => { client.send('in ', { fin: false }); client.send('pieces', { fin: true }); },
    () => client.ping('ping'),
    () => client.close(3000, 'enough'),
  ];
  const next = () => steps.shift()();
  client.on('open', () => { heard.push(client.extensions); next(); });
  client.on('message', (data, isBinary) => { heard.push(isBinary ? data.length : data.toString()); next(); });
  client.on('pong', (data) => { heard.push(`pong ${data}`); next(); });
  client.on('close', (code) => { heard.push(code); done(); });
}

function tooLarge() {
  const client = new WebSocket(url);
  client.on('open', () => client.send(Buffer.alloc((1 << 20) + 1)));
  client.on('error', () => {});
  client.on('close', (code) => { heard.push(code); console.log(JSON.stringify(heard)); });
}

talk(tooLarge);
