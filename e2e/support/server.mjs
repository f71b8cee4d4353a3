// Starts the wickflow binary on a free port with a database of its own, and stops it.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BINARY = process.env.WICKFLOW_BINARY ?? fileURLToPath(new URL("../../target/debug/wickflow", import.meta.url));
const START_LIMIT_MS = 30_000;

/** A port that was free a moment ago: the test must know it before the server does, to restart on the same one. */
async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export class Server {
  #args;
  #child;
  #dir;
  #log = "";
  #port;

  /**
   * Starts a server; `args` follow `wickflow serve --listen … --database …`. `history` is imported first:
   * candle files by symbol.
   */
  static async start(args = [], history = {}) {
    const server = new Server();
    server.#args = args;
    server.#dir = await mkdtemp(join(tmpdir(), "wickflow-e2e-"));
    server.#port = await freePort();
    for (const [symbol, candles] of Object.entries(history)) {
      const file = join(server.#dir, "candles.csv");
      await writeFile(file, candles);
      const database = `sqlite://${join(server.#dir, "wickflow.db")}`;
      await promisify(execFile)(BINARY, ["import", file, "--symbol", symbol, "--timeframe", "1m", "--database", database]);
    }
    await server.#spawn();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Everything the server wrote so far. */
  get log() {
    return this.#log;
  }

  /** Stops the process (`SIGKILL` crashes it) and starts it again on the same port and database. */
  async restart(signal = "SIGTERM") {
    await this.#kill(signal);
    await this.#spawn();
  }

  /** Stops the process and leaves its database for a later {@link resume}. */
  async pause(signal = "SIGTERM") {
    await this.#kill(signal);
  }

  async resume() {
    await this.#spawn();
  }

  async stop() {
    await this.#kill("SIGTERM");
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #spawn() {
    const database = `sqlite://${join(this.#dir, "wickflow.db")}`;
    const args = ["serve", "--listen", `127.0.0.1:${this.#port}`, "--database", database, ...this.#args];
    this.#child = spawn(BINARY, args, { cwd: this.#dir, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on("data", (chunk) => (this.#log += chunk));
    }
    const failed = new Promise((_, reject) => this.#child.once("error", reject));
    await Promise.race([this.#ready(), failed]);
  }

  async #ready() {
    const end = Date.now() + START_LIMIT_MS;
    while (Date.now() < end && this.#child.exitCode === null) {
      try {
        if ((await fetch(`${this.url}/health`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The server did not become ready:\n${this.#log}`);
  }

  async #kill(signal) {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(patience);
  }
}
