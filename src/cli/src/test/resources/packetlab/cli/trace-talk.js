// One request and its answer between two sockets of this process; the answer is 1,000,000 octets.
const http = require('http');
const server = http.createServer((request, answer) => answer.end(Buffer.alloc(1000000, 'n')));
server.listen(0, '127.0.0.1', () => {
  http.get({ host: '127.0.0.1', port: server.address().port, path: '/node', agent: false }, (answer) => {
    let octets = 0;
    answer.on('data', (data) => { octets += data.length; });
    answer.on('end', () => { console.error(octets); server.close(); });
  });
});
