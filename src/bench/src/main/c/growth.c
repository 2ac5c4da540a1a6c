/*
 * Captures of WebSocket traffic that differ in one number only, to see how time and memory grow with it. Writes pcap to
 * standard output:
 *
 *   growth packets COUNT         that many packets of 100 connections, one frame in each
 *   growth connections COUNT     that many connections, opened and never closed, with one frame each
 *   growth frames EACH COUNT     COUNT segments of one connection, each of EACH frames (30,000 at most)
 *
 * Checksums are left out, as on loopback.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS = 14 + 20 + 20, LARGEST = 65000, PORTS = 50000, FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

struct connection {
    uint32_t number, sent[2];
};

static const char request[] = "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
static const char response[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static uint64_t now_ns = 1700000000000000000ull;

static void put16(uint8_t *p, unsigned v) { p[0] = v >> 8; p[1] = v; }
static void put32(uint8_t *p, uint32_t v) { put16(p, v >> 16); put16(p + 2, v & 0xffff); }

static void write_all(const void *p, size_t n)
{
    if (fwrite(p, 1, n, stdout) != n) {
        perror("growth");
        exit(1);
    }
}

/* A segment of side 0, the client, or 1. */
static void segment(struct connection *c, int side, int flags, const void *data, uint32_t length)
{
    uint8_t h[HEADERS] = {0}, *ip = h + 14, *tcp = ip + 20;
    uint32_t address = 0x0a000000 + c->number / PORTS, port = 10000 + c->number % PORTS;
    uint32_t record[4] = {now_ns / 1000000000, now_ns % 1000000000, HEADERS + length, HEADERS + length};
    put16(h + 12, 0x0800);
    ip[0] = 0x45;
    put16(ip + 2, 40 + length);
    ip[8] = 64;
    ip[9] = 6;
    put32(ip + 12, side ? 0x0affffff : address);
    put32(ip + 16, side ? address : 0x0affffff);
    put16(tcp, side ? 80 : port);
    put16(tcp + 2, side ? port : 80);
    put32(tcp + 4, c->sent[side]);
    put32(tcp + 8, flags & ACK ? c->sent[1 - side] : 0);
    tcp[12] = 5 << 4;
    tcp[13] = flags;
    put16(tcp + 14, 65535);
    write_all(record, sizeof record);
    write_all(h, sizeof h);
    write_all(data, length);
    c->sent[side] += length + !!(flags & (SYN | FIN));
    now_ns += 1000;
}

static void open_websocket(struct connection *c)
{
    segment(c, 0, SYN, "", 0);
    segment(c, 1, SYN | ACK, "", 0);
    segment(c, 0, ACK, "", 0);
    segment(c, 0, PSH | ACK, request, sizeof request - 1);
    segment(c, 1, PSH | ACK, response, sizeof response - 1);
}

int main(int count, char **words)
{
    static struct connection many[100];
    static uint8_t frames[LARGEST];
    uint32_t file[6] = {0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1};
    long n = count > 2 ? atol(words[count - 1]) : 0, each = count == 4 ? atol(words[2]) : 1;
    if (n < 1 || each < 1 || each > 30000) {
        fputs("growth packets COUNT | connections COUNT | frames EACH COUNT\n", stderr);
        return 2;
    }
    write_all(file, sizeof file);
    if (strcmp(words[1], "connections") == 0) {
        for (long i = 0; i < n; i++) {
            struct connection c = {i, {1, 1}};
            open_websocket(&c);
            segment(&c, 1, PSH | ACK, "\x81\x05hello", 7);
        }
        return 0;
    }
    if (strcmp(words[1], "frames") == 0) {
        struct connection c = {0, {1, 1}};
        for (long i = 0; i < each; i++) {       /* an empty text frame */
            frames[2 * i] = 0x81;
        }
        open_websocket(&c);
        for (long i = 0; i < n; i++) {
            segment(&c, 1, PSH | ACK, frames, 2 * each);
            segment(&c, 0, ACK, "", 0);
        }
        return 0;
    }
    memcpy(frames, "\x81\x40", 2);
    memset(frames + 2, 'x', 64);
    for (int i = 0; i < 100; i++) {
        many[i] = (struct connection) {i, {1, 1}};
        open_websocket(&many[i]);
    }
    for (long i = 500; i < n; i++) {
        segment(&many[i % 100], 1, PSH | ACK, frames, 66);
    }
    return 0;
}
