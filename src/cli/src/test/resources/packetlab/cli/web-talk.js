// Real servers and their own clients, which say what they sent and heard: socket.io 4 and 2, sockjs. Prints one JSON
// object: for each side what it sent, in order. Arguments: socketio MAJOR TRANSPORT,... | sockjs TRANSPORT
'use strict';
const http = require('http');

const [what, ...how] = process.argv.slice(2);
const said = {client: [], server: []};
const acked = {client: [], server: []};
const counts = {};
setTimeout(() => process.exit(1), 25000).unref();

const plain = x => Buffer.isBuffer(x) ? {base64: x.toString('base64')} : Array.isArray(x) ? x.map(plain)
    : x && typeof x === 'object' ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
const later = ms => new Promise(done => setTimeout(done, ms));
const once = (emitter, event) => new Promise(done => emitter.once(event, (...args) => done(args)));

/** Texts of every kind: escapes, line separators, what is longer than a packet on most wires, digits, nothing. */
const texts = ['', '0', '안녕 "서버" 😀', 'a\n\t\\ \u0000\u001e\u2028', '{"_placeholder":true,"num":0}', '451-["x"]',
    'é'.repeat(3000), '\ud83d\ude00'.repeat(40)];

async function socketio(server, port, major, transports) {
    const options = {pingInterval: 400, pingTimeout: 2000, serveClient: false};
    const io = major === '4' ? new (require('sio4').Server)(server, options) : require('sio2')(server, options);
    const emit = (side, nsp, socket, name, ...args) => {
        said[side].push([nsp, name, ...args.map(plain)]);
        return new Promise(done => socket.emit(name, ...args, (...reply) => {
            acked[side === 'client' ? 'server' : 'client'].push([nsp, ...reply.map(plain)]);
            done(reply);
        }));
    };
    const tell = (side, nsp, socket, name, ...args) => {
        said[side].push([nsp, name, ...args.map(plain)]);
        socket.emit(name, ...args);
    };
    for (const nsp of ['/', '/admin']) {
        io.of(nsp).on('connection', socket => {
            socket.on('text', (text, i, answer) => answer(text, i));
            socket.on('octets', (...args) => args.pop()(...args.slice(0, -1), Buffer.from([args.length])));
            socket.on('start', async () => {
                for (const text of texts) {
                    await emit('server', nsp, socket, 'text', text);
                    tell('server', nsp, socket, 'told', {text, list: [Buffer.from(text)]});
                }
                tell('server', nsp, socket, 'done');
            });
        });
    }
    const connect = major === '4' ? require('sioc4').io : require('sioc2');
    const first = connect('http://127.0.0.1:' + port, {transports: transports.split(','), reconnection: false, forceNew: true});
    await once(first, 'connect');
    const second = first.io.socket('/admin', {});
    if (!second.connected) {
        await once(second, 'connect');
    }
    await Promise.all([['/', first], ['/admin', second]].map(async ([nsp, socket]) => {
        socket.on('text', (text, answer) => answer('heard ' + text));
        const done = once(socket, 'done');
        tell('client', nsp, socket, 'start');
        await Promise.all(texts.map((text, i) => emit('client', nsp, socket, 'text', text, i)));
        await emit('client', nsp, socket, 'octets', Buffer.from([1, 2, 3]), {deep: [Buffer.alloc(0), {x: Buffer.from('한')}]});
        await done;
    }));
    await later(900);
    counts.upgraded = first.io.engine.transport.name === 'websocket' && transports.includes(',') ? 1 : 0;
    second.disconnect();
    await later(50);
    first.disconnect();
}

async function sockjs(server, port, transport) {
    const echo = require('sockjs').createServer({log() {}, heartbeat_delay: 250, response_limit: 4096});
    echo.on('connection', socket => {
        const write = text => {
            said.server.push(text);
            socket.write(text);
        };
        texts.forEach(write);
        socket.on('data', text => text === 'bye' ? socket.close(3001, 'that is "all"') : write('echo ' + text));
    });
    echo.installHandlers(server, {prefix: '/a/chat'});
    const client = new (require('sockjs-client'))('http://127.0.0.1:' + port + '/a/chat', null, {transports: transport});
    const heard = [];
    const sent = texts.filter(text => text !== '');
    let all;
    const complete = new Promise(done => { all = done; });
    client.onmessage = e => {
        heard.push(e.data);
        if (heard.length === texts.length + sent.length) {
            all();
        }
    };
    await new Promise(done => { client.onopen = done; });
    for (const text of [...sent, null]) {
        if (text !== null) {
            said.client.push(text);
            client.send(text);
        }
    }
    await complete;
    await later(600);
    const closed = new Promise(done => { client.onclose = done; });
    said.client.push('bye');
    client.send('bye');
    const end = await closed;
    counts.close = [end.code, end.reason];
    counts.heard = JSON.stringify(heard) === JSON.stringify(said.server);
}

const server = http.createServer((request, response) => response.writeHead(404).end());
server.listen(0, '127.0.0.1', async () => {
    await ({socketio, sockjs})[what](server, server.address().port, ...how);
    await later(150);
    process.stdout.write(JSON.stringify({said, acked, counts}), () => process.exit(0));
});
