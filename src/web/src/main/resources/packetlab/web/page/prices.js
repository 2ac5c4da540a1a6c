// Prices as they come, each with the line of its last minute. Texts go in as text, never as HTML.
const KEPT = 60;
const WIDTH = 100;
const HEIGHT = 30;
const SVG = "http://www.w3.org/2000/svg";
const rows = new Map();

function rowOf(name, list) {
  if (!rows.has(name)) {
    const row = document.createElement("div");
    row.className = "price";
    const label = document.createElement("span");
    label.textContent = name;
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    picture.setAttribute("preserveAspectRatio", "none");
    picture.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(SVG, "polyline");
    picture.append(line);
    const price = document.createElement("output");
    row.append(label, picture, price);
    list.append(row);
    rows.set(name, { row, line, price, past: [] });
  }
  return rows.get(name);
}

export function show(text, list) {
  const { name, price } = JSON.parse(text);
  if (typeof price !== "number" || rows.size >= 20 && !rows.has(name)) return;
  const { row, line, price: shown, past } = rowOf(String(name).slice(0, 8), list);
  const before = past.at(-1) ?? price;
  past.push(price);
  if (past.length > KEPT) past.shift();
  const low = Math.min(...past);
  const span = Math.max(...past) - low || 1;
  const step = WIDTH / Math.max(1, past.length - 1);
  line.setAttribute("points", past.map((p, i) => `${(i * step).toFixed(1)},${(HEIGHT - 2 - (p - low) / span * (HEIGHT - 4)).toFixed(1)}`).join(" "));
  shown.value = `${price > before ? "▲" : price < before ? "▼" : " "} ${price.toFixed(2)}`;
  row.dataset.moved = price > before ? "up" : price < before ? "down" : "";
}
