// Server and client are the npm package ws, which nobody here wrote. The talk is a JSON list on the command line:
// [server options, client options, [[what the client sends, send options], ...]]; every message comes back as it was.
'use strict';
const {WebSocket, WebSocketServer} = require(process.env.WS_PACKAGE || 'ws');

const [serverOptions, clientOptions, sends] = JSON.parse(process.argv[2]);
const server = new WebSocketServer({host: '127.0.0.1', port: 8080, ...serverOptions});
setTimeout(() => process.exit(1), 10000).unref();

server.on('connection', socket => {
    socket.on('message', (data, binary) => socket.send(data, {binary}));
});
server.on('listening', () => {
    const client = new WebSocket('ws://127.0.0.1:8080/echo', {localPort: 50000, ...clientOptions});
    let next = 0;
    const step = () => {
        if (next === sends.length) {
            client.close(1000, 'done');
            return;
        }
        const [what, options] = sends[next++];
        if (what.ping !== undefined) {
            client.ping(what.ping);
        } else {
            const parts = what.parts || [what.text !== undefined ? what.text : Buffer.from(what.base64, 'base64')];
            parts.forEach((part, i) => client.send(part, {...options, fin: i === parts.length - 1}));
        }
    };
    client.on('open', step);
    client.on('message', step);
    client.on('pong', step);
    client.on('close', () => server.close(() => process.exit(0)));
});
