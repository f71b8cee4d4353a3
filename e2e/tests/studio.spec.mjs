// The studio from the first visit on: a strategy, its result, what is kept of it, and a run on paper.

import { minutes } from "../support/candles.mjs";
import { expect, test } from "../support/fixtures.mjs";

// Waves with a period of some forty minutes, so that averages cross.
const wave = (minute) => 10_000 + 120 * Math.sin(minute / 6.5) + 40 * Math.sin(minute / 41);

test.use({
  history: { "TEST:WAVE": minutes(4_000, wave) },
  serverArgs: ["--feed", "replay:TEST:WAVE", "--replay-paused", "true"],
});

const testid = (page, id) => page.getByTestId(id);

/** Opens the studio on minute candles and waits for a result. */
async function open(page, path = "/studio") {
  await page.goto(path);
  await expect(testid(page, "studio")).toHaveAttribute("data-state", "ready");
  await testid(page, "run-timeframe").selectOption("1m");
  await settled(page);
}

/** Waits until the result shown is that of the strategy as it is. */
async function settled(page) {
  await expect(testid(page, "results")).toHaveAttribute("data-state", "done");
  await expect(testid(page, "run-state")).toContainText("bars in");
}

const figure = (page, key) => page.locator(`[data-figure="${key}"] dd`);

test("a first visit shows a strategy and its result", async ({ page, axe }) => {
  await open(page);
  await expect(testid(page, "title")).not.toHaveText("");
  await expect(figure(page, "trades")).toHaveText(/^[\d,]+$/);
  expect(await axe()).toEqual([]);
});

test("templates open, are changed, undone, and survive a reload", async ({ page }) => {
  await open(page);
  await testid(page, "open-templates").click();
  await testid(page, "template-rsi_dip").click();
  await settled(page);
  const title = await testid(page, "title").textContent();

  await testid(page, "strategy-name").fill("Mine");
  await testid(page, "strategy-name").press("Enter");
  await expect(testid(page, "title")).toHaveText("Mine");
  await testid(page, "undo").click();
  await expect(testid(page, "title")).toHaveText(title);
  await testid(page, "redo").click();
  await expect(testid(page, "title")).toHaveText("Mine");

  // The draft is kept some moments after a change.
  await page.waitForTimeout(1_500);
  await page.reload();
  await expect(testid(page, "title")).toHaveText("Mine");
  await testid(page, "undo").click();
  await expect(testid(page, "title")).toHaveText(title);
});

test("trades are listed and explained", async ({ page }) => {
  await open(page);
  await testid(page, "result-Trades").click();
  const rows = testid(page, "trades").locator(".trade-row");
  await expect(rows.first()).toBeVisible();
  await rows.first().getByRole("button").click();
  await testid(page, "result-Why").click();
  await expect(testid(page, "why")).toContainText("Entry");
  await page.getByRole("button", { name: "Next bar at which an action fires" }).click();
  await expect(testid(page, "why")).toContainText("fires");

  await testid(page, "result-Review").click();
  await expect(testid(page, "findings")).toBeVisible();
  await testid(page, "result-Figures").click();
  await expect(testid(page, "figures")).toContainText("next-open");
});

test("costs change the result", async ({ page }) => {
  await open(page);
  const before = await figure(page, "net_profit").textContent();
  await testid(page, "run-fees").selectOption({ index: 1 });
  await settled(page);
  await expect(figure(page, "net_profit")).not.toHaveText(before);
});

test("a strategy is saved, found again, and its versions are compared", async ({ page }) => {
  await open(page);
  await testid(page, "strategy-name").fill("Waves");
  await testid(page, "strategy-name").press("Enter");
  await testid(page, "save").click();
  await expect(testid(page, "save-state")).toHaveText("Saved");

  await testid(page, "strategy-name").fill("Waves two");
  await testid(page, "strategy-name").press("Enter");
  await testid(page, "save").click();
  await expect(testid(page, "save-state")).toHaveText("Saved");

  await testid(page, "save-state").click();
  await testid(page, "versions").getByRole("button", { name: "Compare" }).last().click();
  await expect(testid(page, "version-diff")).toContainText("Waves");
  await page.keyboard.press("Escape");

  await testid(page, "open-templates").click();
  await testid(page, "template-rsi_dip").click();
  await testid(page, "open-library").click();
  await testid(page, "library-list").getByRole("button", { name: "Open Waves two" }).click();
  await expect(testid(page, "title")).toHaveText("Waves two");
});

test.describe("two tabs", () => {
  // The server's refusal is what is tested.
  test.use({ expectedErrors: [/409/] });

  test("an edit elsewhere is noticed and nothing is lost", async ({ page, context }) => {
    await open(page);
    await testid(page, "save").click();
    await expect(testid(page, "save-state")).toHaveText("Saved");
    await page.waitForTimeout(1_500);

    const other = await context.newPage();
    await open(other);
    await expect(testid(other, "save-state")).toHaveText("Saved");
    await testid(other, "strategy-name").fill("Theirs");
    await testid(other, "strategy-name").press("Enter");
    await testid(other, "save").click();
    await expect(testid(other, "save-state")).toHaveText("Saved");

    await testid(page, "strategy-name").fill("Ours");
    await testid(page, "strategy-name").press("Enter");
    await testid(page, "save").click();
    await expect(testid(page, "save-state")).toHaveText("Changed elsewhere");
    await testid(page, "keep-copy").click();
    await expect(testid(page, "save-state")).toHaveText("Saved");
    await testid(page, "open-library").click();
    await expect(testid(page, "library-list")).toContainText("Ours");
    await expect(testid(page, "library-list")).toContainText("Theirs");
  });
});

test("a link carries the strategy to another browser", async ({ page, browser, server }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page);
  await testid(page, "strategy-name").fill("Sent");
  await testid(page, "strategy-name").press("Enter");
  await testid(page, "open-share").click();
  await testid(page, "copy-link").click();
  await expect(testid(page, "toasts")).toContainText("Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const fresh = await browser.newContext({ baseURL: server.url });
  const reader = await fresh.newPage();
  await open(reader, link);
  await expect(testid(reader, "title")).toHaveText("Sent");
  await fresh.close();
});

test("a run on paper trades as the backtest does", async ({ page, request, server }) => {
  await open(page);
  await testid(page, "open-paper").click();
  await testid(page, "paper-start").click();
  await expect(testid(page, "paper-run")).toHaveAttribute("data-state", "Running");
  // The replay goes on by a thousand minutes at once.
  const cookies = await page.context().cookies();
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "), origin: server.url };
  const answer = await request.post(`${server.url}/api/v1/replay`, {
    headers,
    data: { action: "step", candles: 1000 },
  });
  expect(answer.status()).toBe(200);
  await expect(testid(page, "paper-events")).toContainText("Trade closed", { timeout: 30_000 });
  await testid(page, "paper-reconcile").click();
  await expect(testid(page, "paper-verdict")).toContainText("Equal");
  await testid(page, "paper-stop").click();
  await expect(testid(page, "paper-run")).toHaveAttribute("data-state", "Stopped");
});
