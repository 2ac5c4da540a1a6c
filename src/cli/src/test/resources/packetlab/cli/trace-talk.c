/* Sends more than fits, so that a call sends a part; leaves octets unread, so that close() is a reset. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char octets[8 << 20];

int main(void)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof here;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), accepted;
    ssize_t sent;

    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1)
        || getsockname(listener, (struct sockaddr *)&here, &length)
        || connect(client, (struct sockaddr *)&here, sizeof here) || (accepted = accept(listener, NULL, NULL)) < 0)
        return 1;
    sent = send(client, octets, sizeof octets, MSG_DONTWAIT);
    if (sent <= 0 || sent == (ssize_t)sizeof octets)
        return 2;
    if (recv(client, octets, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN)
        return 3;
    if (read(accepted, octets, 1000) != 1000)
        return 4;
    close(accepted);
    fprintf(stderr, "%zd\n", sent);
    return 0;
}
