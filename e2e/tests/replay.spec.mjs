// A trade from beginning to end on a replay: what a newcomer does first.

import { minutes } from "../support/candles.mjs";
import { expect, test } from "../support/fixtures.mjs";

// Minute 506 falls through 9,950, where the stop-loss will be.
const drop = (minute) => (minute >= 506 ? 9_900 + (minute % 3) : undefined);

test.use({
  history: { "TEST:BTCUSD": minutes(700, drop) },
  serverArgs: ["--feed", "replay:TEST:BTCUSD", "--replay-paused", "true"],
});

const testid = (page, id) => page.getByTestId(id);

/** The price of a leg, in price terms whatever the switch showed before. */
async function leg(page, name, price) {
  await testid(page, `ticket-${name}-on`).check();
  const unit = testid(page, `ticket-${name}-unit`);
  const input = testid(page, `ticket-${name}`);
  if ((await unit.textContent())?.includes("price")) await unit.click();
  await input.fill(price);
}

test("buy, protect, get stopped out, reload", async ({ page }) => {
  await page.goto("/");
  await expect(testid(page, "connection")).toHaveAttribute("data-state", "live");
  await expect(testid(page, "trade")).toHaveAttribute("data-state", "ready");
  await expect(testid(page, "chart")).toHaveAttribute("data-state", "ready");
  await expect(testid(page, "replay")).toHaveAttribute("data-state", "paused");
  await expect(testid(page, "equity")).toContainText("100,000.00");

  // Candles move.
  const before = await testid(page, "replay-time").textContent();
  await testid(page, "replay-step").click();
  await expect(testid(page, "replay-time")).not.toHaveText(before);
  await expect(testid(page, "last")).toHaveText(/[\d,]+\.\d+/);

  // A market order with a bracket.
  await testid(page, "ticket-quantity").fill("2");
  await leg(page, "stop-loss", "9950");
  await leg(page, "take-profit", "10200");
  await expect(testid(page, "estimate-fee")).not.toHaveText("–");
  await expect(testid(page, "ticket-submit")).toBeEnabled();
  await testid(page, "ticket-submit").click();

  // It fills with the next candle, and position, P&L and legs appear.
  await testid(page, "replay-step").click();
  const position = page.locator('[data-testid^="positions-row-"]');
  await expect(position).toContainText("2");
  await testid(page, "tab-orders").click();
  await expect(page.locator('[data-testid^="orders-row-"]')).toHaveCount(2);
  const unrealized = testid(page, "unrealized");
  const profit = await unrealized.textContent();
  await testid(page, "replay-step").click();
  await expect(unrealized).not.toHaveText(profit);

  // The replay pushes the price through the stop.
  for (let minute = 0; minute < 6; minute++) {
    const time = await testid(page, "replay-time").textContent();
    await testid(page, "replay-step").click();
    await expect(testid(page, "replay-time")).not.toHaveText(time);
  }
  await testid(page, "tab-positions").click();
  await expect(position).toHaveCount(0);
  await testid(page, "tab-fills").click();
  await expect(testid(page, "fills-row-2")).toHaveAttribute("data-rule", "S1-touch");
  await testid(page, "receipt-2").click();
  await expect(testid(page, "receipt-text-2")).toContainText("9,950");
  await expect(testid(page, "toasts")).toContainText("Sold");

  // A reload shows the same.
  const equity = await testid(page, "equity").textContent();
  await page.reload();
  await expect(testid(page, "equity")).toHaveText(equity);
  await testid(page, "tab-fills").click();
  await expect(page.locator('[data-testid^="fills-row-"]')).toHaveCount(2);
  await testid(page, "tab-orders").click();
  await expect(page.locator('[data-testid^="orders-row-"]')).toHaveCount(0);
});

test("play, speed and pause", async ({ page }) => {
  await page.goto("/");
  await expect(testid(page, "replay")).toHaveAttribute("data-state", "paused");
  await testid(page, "replay-play").click();
  await expect(testid(page, "replay")).toHaveAttribute("data-state", "playing");
  const time = await testid(page, "replay-time").textContent();
  await expect(testid(page, "replay-time")).not.toHaveText(time);
  await testid(page, "replay-play").click();
  await expect(testid(page, "replay")).toHaveAttribute("data-state", "paused");
});
