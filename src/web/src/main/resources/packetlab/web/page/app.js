// The page: chooses the transport, shows how it is with the connection, sends and lists what is said.
import { TRANSPORTS, connect } from "/page/transports.js";
import { show } from "/page/prices.js";

const MOST_LINES = 500;
const at = (id) => document.getElementById(id);
const counts = { sent: 0, received: 0, ticks: 0 };
let chat = null;
let feed = null;

function fill() {
  const groups = new Map();
  for (const [id, { group, words }] of Object.entries(TRANSPORTS)) {
    if (!groups.has(group)) {
      const made = document.createElement("optgroup");
      made.label = group;
      at("transport").append(made);
      groups.set(group, made);
    }
    groups.get(group).append(new Option(words, id));
  }
  const wanted = new URLSearchParams(location.search);
  at("transport").value = TRANSPORTS[wanted.get("transport")] ? wanted.get("transport") : "websocket";
  at("name").value = (wanted.get("name") ?? `guest-${100 + crypto.getRandomValues(new Uint16Array(1))[0] % 900}`).slice(0, 24);
  at("room").value = wanted.get("room") ?? "lobby";
}

function state(name, why) {
  at("state").dataset.state = name;
  at("state").value = name;
  document.body.dataset.state = name;
  at("text").disabled = at("send").disabled = name !== "open";
  if (why) line("note failed", "", why);
}

function line(kind, arrow, text) {
  const log = at("log");
  const end = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const item = document.createElement("li");
  item.className = kind;
  const time = document.createElement("time");
  time.textContent = new Date().toTimeString().slice(0, 8);
  const mark = document.createElement("span");
  mark.className = "arrow";
  mark.textContent = arrow;
  const words = document.createElement("span");
  words.className = "text";
  words.textContent = text;
  item.append(time, mark, words);
  log.append(item);
  if (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  if (end) log.scrollTop = log.scrollHeight;
}

function count(what) {
  at(what).textContent = String(++counts[what]);
}

function begin() {
  chat?.close();
  feed?.close();
  const id = at("transport").value;
  const { words, wire } = TRANSPORTS[id];
  at("what").textContent = words;
  at("wire").textContent = wire;
  state("connecting");
  chat = connect(id, at("room").value, {
    open: () => { state("open"); line("note", "", `connected over ${words}`); at("text").focus(); },
    connecting: () => state("connecting"),
    text: (text) => { count("received"); line("theirs", "◀══", text); },
    closed: (why) => { state("closed", why || "the server has closed the connection"); feed?.close(); },
  });
  feed = connect(id, "prices", {
    open: () => {},
    connecting: () => {},
    text: (text) => { count("ticks"); show(text, at("prices")); },
    closed: () => {},
  });
}

async function say(event) {
  event.preventDefault();
  const text = at("text").value.trim();
  if (!text || !chat) return;
  const whole = `${at("name").value}: ${text}`;
  at("text").value = "";
  try {
    await chat.send(whole);
    count("sent");
    line("mine", "══▶", whole);
  } catch (failure) {
    line("note failed", "", `not sent: ${failure.message}`);
    at("text").value = text;
  }
}

fill();
at("transport").addEventListener("change", begin);
at("room").addEventListener("change", () => at("room").checkValidity() && begin());
at("connection").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
at("say").addEventListener("submit", say);
addEventListener("pagehide", () => { chat?.close(); feed?.close(); });
addEventListener("keydown", (event) => {
  if (event.key === "/" && !(event.target instanceof HTMLInputElement)) { event.preventDefault(); at("text").focus(); }
});
begin();
