// A client for each transport. connect() returns { send(text), close() }; what happens is told to
// on.open(), on.connecting() where it tries again, on.text(text, kind) and on.closed(why). All of them talk to the server that the page came from.
import { io } from "/lib/socket.io.esm.min.js";

export const TRANSPORTS = {
  "http-polling": { group: "HTTP", words: "HTTP polling", wire: "GET /chat/poll every half a second · POST /chat/send", make: polling(500) },
  "http-long-polling": { group: "HTTP", words: "HTTP long polling", wire: "GET /chat/long-poll, answered when there is something · POST /chat/send", make: polling(0) },
  "http-streaming": { group: "HTTP", words: "HTTP streaming", wire: "GET /chat/stream, chunks without end · POST /chat/send", make: streaming },
  "sse": { group: "HTTP", words: "server-sent events", wire: "GET /chat/events, text/event-stream · POST /chat/send", make: events },
  "websocket": { group: "WebSocket", words: "WebSocket", wire: "GET /ws, Upgrade: websocket · subprotocol chat.packetlab", make: socket("/ws") },
  "websocket-deflate": { group: "WebSocket", words: "WebSocket, compressed", wire: "GET /ws-deflate, permessage-deflate", make: socket("/ws-deflate") },
  "sockjs-websocket": { group: "SockJS", words: "SockJS over WebSocket", wire: "/sockjs/000/session/websocket", make: sockjs("websocket") },
  "sockjs-xhr-streaming": { group: "SockJS", words: "SockJS, XHR streaming", wire: "/sockjs/000/session/xhr_streaming · xhr_send", make: sockjs("xhr-streaming") },
  "sockjs-xhr-polling": { group: "SockJS", words: "SockJS, XHR polling", wire: "/sockjs/000/session/xhr · xhr_send", make: sockjs("xhr-polling") },
  "sockjs-eventsource": { group: "SockJS", words: "SockJS, EventSource", wire: "/sockjs/000/session/eventsource · xhr_send", make: sockjs("eventsource") },
  "socketio-polling": { group: "Socket.IO", words: "Socket.IO, polling", wire: "/socket.io/?EIO=4&transport=polling", make: socketIo(["polling"]) },
  "socketio-websocket": { group: "Socket.IO", words: "Socket.IO, WebSocket", wire: "/socket.io/?EIO=4&transport=websocket", make: socketIo(["websocket"]) },
  "socketio-upgrade": { group: "Socket.IO", words: "Socket.IO, polling then WebSocket", wire: "/socket.io/ by polling, then 2probe · 3probe · 5 on a WebSocket", make: socketIo(["polling", "websocket"]) },
};

export function connect(transport, room, on) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(6)), (n) => n.toString(16).padStart(2, "0")).join("");
  const query = `?id=${id}&room=${encodeURIComponent(room)}`;
  let over = false;
  const once = {
    open: () => over || on.open(),
    connecting: () => over || on.connecting(),
    text: (text, kind) => over || on.text(text, kind),
    closed: (why) => { if (!over) { over = true; on.closed(why); } },
  };
  const client = TRANSPORTS[transport].make(query, once, room);
  return {
    send: client.send,
    close: () => { over = true; client.close(); },
  };
}

const unescape = (line) => line.replace(/\\(.)/g, (all, c) => (c === "n" ? "\n" : c));

async function post(path, query, body) {
  const answer = await fetch(path + query, { method: "POST", body, keepalive: true, headers: { "Content-Type": "text/plain;charset=UTF-8" } });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `the server answered ${answer.status}`);
}

const httpSend = (query) => (text) => post("/chat/send", query, text);
const leave = (query) => post("/chat/leave", query, "").catch(() => {});

function polling(pauseMs) {
  const path = pauseMs ? "/chat/poll" : "/chat/long-poll";
  return (query, on) => {
    const stop = new AbortController();
    (async () => {
      try {
        for (let first = true; !stop.signal.aborted; first = false) {
          const answer = await fetch(path + query, { signal: stop.signal, cache: "no-store" });
          if (!answer.ok) throw new Error((await answer.text()).trim());
          if (first) on.open();
          if (answer.status === 200) (await answer.text()).split("\n").slice(0, -1).forEach((line) => on.text(unescape(line)));
          if (pauseMs) await new Promise((wake) => setTimeout(wake, pauseMs));
        }
      } catch (failure) {
        on.closed(failure.message);
      }
    })();
    return { send: httpSend(query), close: () => { stop.abort(); leave(query); } };
  };
}

function streaming(query, on) {
  const stop = new AbortController();
  (async () => {
    try {
      const answer = await fetch("/chat/stream" + query, { signal: stop.signal, cache: "no-store" });
      if (!answer.ok) throw new Error((await answer.text()).trim());
      on.open();
      let rest = "";
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (rest + part.value).split("\n");
        rest = lines.pop();
        lines.filter((line) => line).forEach((line) => on.text(unescape(line)));
      }
      on.closed("the server has ended the answer");
    } catch (failure) {
      on.closed(failure.message);
    }
  })();
  return { send: httpSend(query), close: () => { stop.abort(); leave(query); } };
}

function events(query, on) {
  const source = new EventSource("/chat/events" + query);
  source.onopen = on.open;
  source.onmessage = (event) => on.text(event.data);
  source.addEventListener("price", (event) => on.text(event.data, "price"));
  // The browser asks again by itself, unless the server has refused.
  source.onerror = () => (source.readyState === EventSource.CLOSED ? on.closed("the server refuses") : on.connecting());
  return { send: httpSend(query), close: () => { source.close(); leave(query); } };
}

function closing(event) {
  return event.reason || (event.code === 1000 ? "" : `closed with ${event.code}`);
}

function socket(path) {
  return (query, on) => {
    const ws = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}${query}`, "chat.packetlab");
    ws.onopen = on.open;
    ws.onmessage = (event) => on.text(event.data);
    ws.onclose = (event) => on.closed(closing(event));
    return { send: async (text) => ws.send(text), close: () => ws.close(1000) };
  };
}

function sockjs(transport) {
  return (query, on) => {
    const sock = new SockJS("/sockjs" + query, null, { transports: [transport] });
    sock.onopen = on.open;
    sock.onmessage = (event) => on.text(event.data);
    sock.onclose = (event) => on.closed(closing(event));
    return { send: async (text) => sock.send(text), close: () => sock.close(1000) };
  };
}

// The feed is a namespace of its own; an event that is said is acknowledged.
function socketIo(transports) {
  return (query, on, room) => {
    const parameters = Object.fromEntries(new URLSearchParams(query));
    const feed = room === "prices";
    const socket = io(feed ? "/prices" : "/", { path: "/socket.io/", query: feed ? { id: parameters.id } : parameters, transports, forceNew: true, reconnection: false });
    socket.on("connect", on.open);
    socket.on("message", (text) => on.text(text));
    socket.on("file", (name, octets) => on.text(`${name} (${octets.byteLength} octets)`));
    socket.on("price", (price) => on.text(JSON.stringify(price), "price"));
    socket.on("connect_error", (failure) => on.closed(failure.message));
    socket.on("disconnect", (why) => on.closed(why));
    return {
      send: async (text) => {
        const answer = await socket.timeout(10000).emitWithAck("message", text);
        if (answer !== "ok") throw new Error(answer);
      },
      close: () => socket.disconnect(),
    };
  };
}
