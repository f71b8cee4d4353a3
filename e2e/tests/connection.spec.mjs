// The server goes away and comes back: shown, survived, nothing lost.

import { expect, test } from "../support/fixtures.mjs";

test.use({
  serverArgs: ["--feed", "sim"],
  // The browser itself reports refused connections.
  expectedErrors: [/ERR_CONNECTION_REFUSED/, /WebSocket/, /Failed to load resource/],
});

test("a crash of the server is shown and survived", async ({ page, server }) => {
  await page.goto("/");
  const connection = page.getByTestId("connection");
  await expect(connection).toHaveAttribute("data-state", "live");
  await page.getByTestId("ticket-quantity").fill("0.1");
  await page.getByTestId("ticket-submit").click();
  const position = page.locator('[data-testid^="positions-row-"]');
  await expect(position).toBeVisible();

  await server.pause("SIGKILL");
  await expect(connection).not.toHaveAttribute("data-state", "live");
  await expect(page.getByTestId("connection-notice")).toBeVisible();
  await server.resume();
  await expect(connection).toHaveAttribute("data-state", "live", { timeout: 30_000 });
  await expect(position).toBeVisible();
  const last = page.getByTestId("last");
  const price = await last.textContent();
  await expect(last).not.toHaveText(price);
});
