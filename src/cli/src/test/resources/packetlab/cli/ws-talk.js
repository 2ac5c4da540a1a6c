// A server and a client of the package ws talk on 127.0.0.1: compressed text, octets, a message in three fragments,
// ping and pong, and a close with a code of their own. Prints what was said as JSON when all is over.
const { WebSocketServer, WebSocket } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: { threshold: 0 } });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/talk?x=1`, ['chat'], { perMessageDeflate: { threshold: 0 } });
  const octets = Buffer.alloc(70000, 7);
  const steps = [
    () => client.send('안녕하세요, node'),
    () => client.send(octets),
    () => {
      client.send('in ', { fin: false });
      client.send('three ', { fin: false });
      client.send('pieces', { fin: true });
    },
    () => client.ping('are you there?'),
    () => client.close(4001, 'that is all'),
  ];
  const next = () => steps.shift()();
  const heard = [];
  client.on('open', next);
  client.on('message', (data, isBinary) => { heard.push(isBinary ? data.length : data.toString()); next(); });
  client.on('pong', (data) => { heard.push(`pong ${data}`); next(); });
  client.on('close', (code) => {
    heard.push(code);
    console.log(JSON.stringify(heard));
    server.close();
  });
});
