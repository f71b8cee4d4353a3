// The studio's canvas: a strategy is built with the mouse alone, then again with the keyboard alone, and both are the same.

import { expect, test } from "../support/fixtures.mjs";

test.use({ viewport: { width: 1700, height: 1000 } });

const testid = (page, id) => page.getByTestId(id);
const cards = (page) => page.locator(".g-card[data-node]");
const card = (page, id) => page.locator(`.g-card[data-id="${id}"]`);

/** The middle of a card's port, by the label of its row. */
async function port(page, id, label) {
  const row = card(page, id).locator(".g-row", { has: page.locator(`.g-label:text-is("${label}")`) });
  const { x, y, width, height } = await row.locator(".g-port").boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

const wire = async (page, from, to) => drag(page, await port(page, ...from), await port(page, ...to));

/** The hash of the run of the graph as it is. */
async function runHash(page) {
  const canvas = testid(page, "canvas");
  // A change is noticed with the next frames; then the run is under way until it has a hash.
  await page.waitForTimeout(400);
  await expect(canvas).toHaveAttribute("data-run", /\w{16,}/, { timeout: 30_000 });
  return canvas.getAttribute("data-run");
}

test.beforeEach(async ({ page }) => {
  await page.goto("/studio");
  await expect(testid(page, "studio")).toHaveAttribute("data-state", "ready", { timeout: 30_000 });
  // It stands where nodes will be.
  await testid(page, "guide-close").click();
  // Candles that stay as they are.
  await testid(page, "run-market").selectOption({ value: "synthetic 42" });
  await expect(cards(page)).toHaveCount(7);
  await runHash(page);
});

async function withMouse(page) {
  const stage = await testid(page, "graph").boundingBox();
  const at = (x, y) => ({ x: stage.x + x, y: stage.y + y });
  // Everything away: a box around it, and the inspector's button.
  await testid(page, "fit").click();
  await page.keyboard.down("Shift");
  await drag(page, at(4, 4), at(stage.width - 4, stage.height - 4));
  await page.keyboard.up("Shift");
  await testid(page, "inspector").getByRole("button", { name: "Delete" }).click();
  await expect(cards(page)).toHaveCount(0);
  await page.locator(".g-zoom").click();

  const place = async (kind, x, y) => {
    const item = page.locator(`.palette-kind[data-kind="${kind}"]`);
    if (!(await item.isVisible())) {
      const [category] = { data: ["Data"], indicator: ["Averages"], logic: ["Logic"], action: ["Actions"] }[kind.split(".")[0]];
      await page.locator(".palette").getByRole("button", { name: new RegExp(`^${category}`) }).click();
    }
    await item.dragTo(testid(page, "graph"), { targetPosition: { x, y } });
  };
  await place("data.candle", 130, 40);
  await place("indicator.sma", 400, 40);
  await place("indicator.sma", 400, 200);
  await place("logic.cross_over", 670, 40);
  await place("logic.cross_under", 670, 200);
  await place("action.sell", 940, 290);
  await place("action.buy", 940, 40);
  await expect(cards(page)).toHaveCount(7);

  await wire(page, ["candle", "close"], ["sma", "source"]);
  await wire(page, ["candle", "close"], ["sma2", "source"]);
  for (const cross of ["cross_over", "cross_under"]) {
    await wire(page, ["sma", "value"], [cross, "a"]);
    await wire(page, ["sma2", "value"], [cross, "b"]);
  }
  await wire(page, ["cross_under", "value"], ["sell", "when"]);
  await wire(page, ["cross_over", "value"], ["buy", "when"]);

  // Periods by dragging the numbers: five pixels a step, from 20.
  for (const [id, steps] of [["sma", -10], ["sma2", 10]]) {
    const { x, y, width, height } = await card(page, id).locator("input.g-field").boundingBox();
    const from = { x: x + width / 2, y: y + height / 2 };
    await drag(page, from, { x: from.x + steps * 5, y: from.y });
  }
  await expect(card(page, "sma").locator("input.g-field")).toHaveValue("10");
  await expect(card(page, "sma2").locator("input.g-field")).toHaveValue("30");
}

async function withKeyboard(page) {
  const { keyboard } = page;
  const key = async (...keys) => {
    for (const name of keys) await keyboard.press(name);
  };
  /** Adds a kind beside the selected node. */
  const add = async (words) => {
    await key("a");
    await expect(testid(page, "quick-add")).toBeVisible();
    await keyboard.type(words);
    await key("Enter");
    await expect(testid(page, "quick-add")).toHaveCount(0);
  };
  await testid(page, "graph").focus();
  await key("Control+a", "Delete");
  await expect(cards(page)).toHaveCount(0);
  await key("0");

  await add("candle");
  await add("simple moving");
  await key("Tab", "Tab");
  await keyboard.type("10");
  await key("Enter", "ArrowLeft");
  await add("simple moving");
  await key("Tab", "Tab");
  await keyboard.type("30");
  await key("Enter", "ArrowUp");
  for (const cross of ["crosses over", "crosses under"]) {
    await add(cross);
    // Past the output and the first input to the second one, and back to the first average.
    await key("Tab", "Tab", "Tab", "Enter");
    await keyboard.type("sma2");
    await key("Enter");
    if (cross === "crosses over") await key("ArrowLeft");
  }
  await add("sell");
  await key("ArrowLeft", "ArrowUp");
  await add("buy");
  await expect(cards(page)).toHaveCount(7);
}

test("built with the mouse alone and with the keyboard alone a strategy is the same", async ({ page }) => {
  test.setTimeout(150_000);
  await withMouse(page);
  const byMouse = await runHash(page);
  await withKeyboard(page);
  await expect(card(page, "sma").locator("input.g-field")).toHaveValue("10");
  const byKeyboard = await runHash(page);
  expect(byKeyboard).toBe(byMouse);
});

test("everything can be undone, to the start", async ({ page }) => {
  const before = await runHash(page);
  await testid(page, "graph").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  await expect(cards(page)).toHaveCount(6);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("m");
  await page.keyboard.press("l");
  await page.keyboard.press("Delete");
  await expect(cards(page)).toHaveCount(0);
  for (let step = 0; step < 10; step++) {
    await page.keyboard.press("Control+z");
    if ((await testid(page, "said").textContent()) === "Nothing more.") break;
  }
  await expect(testid(page, "said")).toHaveText("Nothing more.");
  await expect(cards(page)).toHaveCount(7);
  expect(await runHash(page)).toBe(before);
});

test("a box selects, and copies keep their wiring", async ({ page }) => {
  const stage = await testid(page, "graph").boundingBox();
  await testid(page, "fit").click();
  await page.keyboard.down("Shift");
  await drag(page, { x: stage.x + 4, y: stage.y + 4 }, { x: stage.x + stage.width - 4, y: stage.y + stage.height - 4 });
  await page.keyboard.up("Shift");
  await expect(page.locator('.g-card[data-look~="selected"]')).toHaveCount(7);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(cards(page)).toHaveCount(14);
  await expect(testid(page, "inspector")).toContainText("7 nodes");
  // The copies are wired among themselves: fourteen crosses, averages and orders have sixteen wires.
  await page.keyboard.press("Escape");
  await expect(testid(page, "inspector")).toContainText("14 nodes, 16 wires");
  await page.keyboard.press("Control+z");
  await expect(cards(page)).toHaveCount(7);
});

test("a wire that does not fit says why, and the canvas stays accessible", async ({ page, axe }) => {
  await testid(page, "fit").click();
  const from = await port(page, "fast", "value");
  const to = await port(page, "buy", "when");
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x - 4, to.y, { steps: 8 });
  await expect(page.locator(".g-hint")).toContainText("takes a signal");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await axe(".graph"), colorScheme).toEqual([]);
  }
  await testid(page, "graph").focus();
  await page.keyboard.press("/");
  await expect(testid(page, "quick-add")).toBeVisible();
  expect(await axe(".graph"), "search").toEqual([]);
});
