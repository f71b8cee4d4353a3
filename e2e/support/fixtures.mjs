// What every spec builds on: a server per worker, a page that may not complain, and an accessibility check.
//
//   import { expect, test } from "../support/fixtures.mjs";
//   test.use({ serverArgs: ["--feed", "sim"] });     // optional, for a whole file

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { test as base } from "@playwright/test";

import { Server } from "./server.mjs";

export { expect } from "@playwright/test";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const test = base.extend({
  /** Arguments of `wickflow serve` for the server of this file. */
  serverArgs: [[], { option: true, scope: "worker" }],

  /** Candle files to import before the server of this file starts, by symbol. */
  history: [{}, { option: true, scope: "worker" }],

  server: [
    async ({ serverArgs, history }, use) => {
      const server = await Server.start(serverArgs, history);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  /** Patterns of console errors that a test provokes on purpose (a lost connection, say). */
  expectedErrors: [[], { option: true }],

  page: async ({ page, expectedErrors }, use) => {
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    await use(page);
    const surprising = errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
    if (surprising.length > 0) throw new Error(`The page complained:\n${surprising.join("\n")}`);
  },

  /** Runs axe on the page and returns its serious and critical findings as readable lines. */
  axe: async ({ page }, use) => {
    await use(async (include) => {
      // Evaluated by the debugger: the page's content security policy refuses scripts from elsewhere.
      const debug = await page.context().newCDPSession(page);
      await debug.send("Runtime.evaluate", { expression: axeSource });
      await debug.detach();
      const { violations } = await page.evaluate((scope) => axe.run(scope ?? document), include);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
    });
  },
});
