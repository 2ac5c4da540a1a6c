// A static program: asks and is answered over TCP.
package main

import (
	"io"
	"net"
)

func main() {
	server, _ := net.Listen("tcp", "127.0.0.1:0")
	done := make(chan bool)
	go func() {
		accepted, _ := server.Accept()
		question := make([]byte, 4)
		io.ReadFull(accepted, question)
		accepted.Write([]byte("static"))
		accepted.Close()
		done <- true
	}()
	client, _ := net.Dial("tcp", server.Addr().String())
	client.Write([]byte("what"))
	answer, _ := io.ReadAll(client)
	client.Close()
	<-done
	if string(answer) != "static" {
		panic("no answer")
	}
}
