// A stand-in for the server: answers `fetch` and `WebSocket` from a script. See web.rs.
const utc = { zone: { name: "UTC", transitions: [[0, 0]] } };
const instrument = {
  symbol: "SIM:BTCUSD", description: "Bitcoin", kind: "crypto", currency: "USD", tick_size: "0.1", lot_size: "0.0001",
  max_quantity: "1000", min_notional: "0", spread: 2, calendar: utc,
  fees: { model: "percentage", maker: 5, taker: 10, min: "0" }, slippage: { model: "none" },
};
const ticker = {
  time: 1000, last: "64000.5", reference: 64000, day_open: 63000, day_high: 65000, day_low: 62000, day_volume: 12,
  is_open: true,
};
const feed = { kind: "sim", state: "live", clock: 1700000000000 };
const id = "0".repeat(31) + "1";
const account = {
  id, name: "Guest", opened_at: 0, seq: 2, head: "ab".repeat(32),
  balances: [{ currency: "USD", cash: "100000", deposits: "100000", realized_pnl: "0", fees: "0" }],
  positions: [], open_orders: [], closed_orders: [], fills: [], next_order_id: 1, next_fill_id: 1, liquidating: [],
};
const minute = 60000;
const closed = Array.from({ length: 300 }, (_, n) => ({
  open_time: 1700000000000 - (300 - n) * minute, open: 64000, high: 64010, low: 63990, close: 64000 + (n % 7), volume: 2,
}));

let sockets = [];
let posted = [];
let asked = [];

function answer(path, options, body) {
  switch (`${options.method} ${path}`) {
    case "POST session": return { account_id: id, name: "Guest", is_new: true };
    case "GET server": return { version: "0", protocol: 1, feed, instruments: [instrument] };
    case "GET tickers": return [{ symbol: instrument.symbol, ticker, sparkline: [1, 2, 3] }];
    case "GET account": return account;
    case "POST orders": {
      const order = JSON.parse(body);
      if (order.quantity === "0.9") {
        return { error: { code: "rejected", reject: "no_market_price", message: "The market is too quiet." } };
      }
      posted.push(order);
      return {
        seq: 3,
        order: {
          id: 1, client_order_id: order.client_order_id, symbol: order.symbol, currency: "USD", side: order.side,
          order_type: order.order_type, quantity: order.quantity, filled_quantity: "0", filled_notional: "0",
          fees: "0", time_in_force: "gtc", reduce_only: false, status: "new", triggered: false, accepted_at: 0,
          updated_at: 0,
        },
      };
    }
    default: return undefined;
  }
}

async function fetchStandIn(resource, init) {
  const request = new Request(resource, init);
  const url = new URL(request.url);
  // Slow enough that a second press of a button comes before the answer.
  await new Promise((resume) => setTimeout(resume, 5));
  const body = request.method === "GET" ? "" : await request.text();
  const found = answer(url.pathname.replace("/api/v1/", ""), request, body);
  const status = found === undefined ? 404 : found.error ? 422 : 200;
  const text = JSON.stringify(found ?? { error: { code: "not_found", message: "No such route." } });
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

const channels = { feed: 1, ticker: 2, account: 0, candles: 4 };

class Socket {
  static OPEN = 1;
  readyState = 0;
  constructor() {
    sockets.push(this);
    setTimeout(() => {
      this.readyState = 1;
      this.say({ type: "hello", protocol: 1, epoch: 7, server_time: 0 });
      this.onopen?.(new Event("open"));
    });
  }
  say(message) {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
  send(text) {
    const message = JSON.parse(text);
    if (message.type !== "subscribe") return;
    asked.push(message);
    const topic = message.subscribe;
    const state = {
      feed: { feed }, ticker: { ticker }, account: { account }, candles: { candles: { closed, forming: null } },
    }[topic.topic];
    const channel = channels[topic.topic];
    const seq = topic.topic === "account" ? 2 : 0;
    const reply = message.after
      ? { type: "subscribed", subscribed: topic, channel, seq: message.after.seq }
      : { type: "snapshot", subscribed: topic, channel, seq, snapshot: state };
    setTimeout(() => this.say(reply));
  }
  close() {
    this.readyState = 3;
    sockets = sockets.filter((socket) => socket !== this);
  }
}

export function install() {
  sockets = [];
  posted = [];
  asked = [];
  window.fetch = fetchStandIn;
  window.WebSocket = Socket;
}

export function push(text) {
  for (const socket of sockets) socket.onmessage?.(new MessageEvent("message", { data: text }));
}

export function drop() {
  for (const socket of [...sockets]) {
    socket.close();
    socket.onclose?.(new CloseEvent("close", { code: 1006 }));
  }
}

export const orders = () => JSON.stringify(posted);
export const subscriptions = () => JSON.stringify(asked);
