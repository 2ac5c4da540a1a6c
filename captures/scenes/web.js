// Servers and clients are socket.io 4 and 2 and sockjs, which nobody here wrote. What to play is on the command line:
//   socketio MAJOR TRANSPORT,...  |  sockjs TRANSPORT  |  scripts  |  events
'use strict';
const http = require('http');

const PORT = 8080;
const URL = 'http://127.0.0.1:' + PORT;
const [what, ...how] = process.argv.slice(2);
setTimeout(() => process.exit(1), 20000).unref();

const once = (emitter, event) => new Promise(done => emitter.once(event, (...args) => done(args)));
const later = ms => new Promise(done => setTimeout(done, ms));
const listen = server => new Promise(done => server.listen(PORT, '127.0.0.1', done));

async function socketio(major, transports) {
    const server = http.createServer();
    const options = {pingInterval: 700, pingTimeout: 500, serveClient: false};
    const io = major === '4' ? new (require('sio4').Server)(server, options) : require('sio2')(server, options);
    for (const name of ['/', '/admin']) {
        io.of(name).on('connection', socket => {
            socket.on('chat', (text, answer) => answer('got ' + text));
            socket.on('file', (octets, more, answer) => answer(octets.length + more.part[0].length, Buffer.from([255])));
            socket.on('ask', () => socket.emit('question', {n: 1}, reply => socket.emit('thanks', reply)));
        });
    }
    if (major === '4') {
        io.of('/closed').use((socket, next) => next(new Error('not for you')));
    }
    await listen(server);
    const connect = major === '4' ? require('sioc4').io : require('sioc2');
    const client = connect(URL, {transports: transports.split(','), reconnection: false, forceNew: true});
    client.on('question', (x, reply) => reply('answer ' + x.n));
    await once(client, 'connect');
    if (transports.includes(',')) {
        const engine = client.io.engine;
        await (engine.transport.name === 'websocket' ? null : once(engine, 'upgrade'));
    }
    const said = (socket, ...args) => new Promise(done => socket.emit(...args, (...x) => done(x)));
    await said(client, 'chat', '안녕 "서버" 😀');
    await said(client, 'file', Buffer.from([1, 2, 3]), {part: [Buffer.from('hello')]});
    client.emit('ask');
    await once(client, 'thanks');
    const admin = major === '4' ? client.io.socket('/admin', {auth: {token: 'z'}})
        : client.io.socket('/admin', {query: 'token=z'});
    await once(admin, 'connect');
    await said(admin, 'chat', 'x'.repeat(1500));
    if (major === '4') {
        const closed = client.io.socket('/closed');
        await once(closed, 'connect_error');
    }
    await later(800);
    admin.disconnect();
    await later(50);
    client.disconnect();
}

function chat() {
    const server = http.createServer((request, response) => response.writeHead(404).end());
    const echo = require('sockjs').createServer({log() {}, heartbeat_delay: 300});
    echo.on('connection', socket => {
        socket.write('welcome "안녕" 😀 \u2028');
        socket.on('data', text => text === 'bye' ? socket.close(3000, 'Go away!') : socket.write(text + '!'));
    });
    echo.installHandlers(server, {prefix: '/chat'});
    return server;
}

async function sockjs(transport) {
    await listen(chat());
    const client = new (require('sockjs-client'))(URL + '/chat', null, {transports: transport});
    const next = () => new Promise(done => { client.onmessage = e => done(e.data); });
    const closed = new Promise(done => { client.onclose = done; });
    await next();
    client.send('한글 "q" \\ \u0001');
    await next();
    client.send('two');
    await next();
    await later(350);
    client.send('bye');
    await closed;
}

async function scripts() {
    await listen(chat());
    const agent = new http.Agent({keepAlive: true, maxSockets: 1});
    const ask = (method, path, type, body) => new Promise(done => {
        const request = http.request(URL + '/chat/123/' + path, {method, agent, headers: body
            ? {'Content-Type': type, 'Content-Length': Buffer.byteLength(body)} : {}}, response => {
            response.resume();
            response.on('end', done);
        });
        request.end(body);
    });
    await ask('GET', 'first/jsonp?c=cb.open');
    await ask('GET', 'first/jsonp?c=cb.next');
    await ask('POST', 'first/jsonp_send', 'application/x-www-form-urlencoded', 'd=' + encodeURIComponent('["한 b+c","2"]'));
    await ask('GET', 'first/jsonp?c=cb.next');
    const page = http.request(URL + '/chat/123/second/htmlfile?c=cb', response => response.resume()).end();
    await once(page, 'response');
    await later(100);
    await ask('POST', 'second/xhr_send', 'text/plain', '["one"]');
    await ask('POST', 'second/xhr_send', 'text/plain', '["bye"]');
    const raw = new (require('faye-websocket').Client)(
        'ws://127.0.0.1:' + PORT + '/chat/websocket');
    await once(raw, 'message');
    raw.send('["plain"]');
    await once(raw, 'message');
    raw.close();
    await once(raw, 'close');
    agent.destroy();
}

async function events() {
    const zlib = require('zlib');
    const parts = ['\ufeffretry: 2500\n: hello\n\n', 'data: one\n\n', 'event: price\nid: 7\ndata: {"won": 1}\n'
        + 'data: and more\n\n', 'data: 안녕\r\n\r\n', 'data: third\r\r', 'data: never'];
    const server = http.createServer(async (request, response) => {
        const packed = request.url === '/packed';
        response.writeHead(200, {'Content-Type': 'text/event-stream', ...(packed ? {'Content-Encoding': 'gzip'} : {})});
        const gzip = packed ? zlib.createGzip() : null;
        if (gzip) {
            gzip.pipe(response);
        }
        for (const part of parts) {
            (gzip || response).write(part);
            if (gzip) {
                gzip.flush(zlib.constants.Z_SYNC_FLUSH);
            }
            await later(30);
        }
        (gzip || response).end();
    });
    await listen(server);
    for (const path of ['/plain', '/packed']) {
        await new Promise(done => http.get(URL + path, {agent: false}, response => {
            response.resume();
            response.on('end', done);
        }));
    }
}

({socketio, sockjs, scripts, events})[what](...how).then(() => later(100)).then(() => process.exit(0), error => {
    console.error(error);
    process.exit(1);
});
