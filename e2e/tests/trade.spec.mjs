// The Trade page on the simulated market, by what people do on it.

import { expect, test } from "../support/fixtures.mjs";

test.use({ serverArgs: ["--feed", "sim"] });

const testid = (page, id) => page.getByTestId(id);

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(testid(page, "connection")).toHaveAttribute("data-state", "live");
  await expect(testid(page, "chart")).toHaveAttribute("data-state", "ready");
});

test("prices move and a market order fills", async ({ page }) => {
  const last = testid(page, "last");
  const price = await last.textContent();
  await expect(last).not.toHaveText(price);
  await testid(page, "ticket-quantity").fill("0.1");
  await testid(page, "ticket-submit").click();
  await expect(page.locator('[data-testid^="positions-row-"]')).toBeVisible();
  await expect(testid(page, "toasts")).toContainText("Bought");
});

test("place a limit order and cancel it", async ({ page }) => {
  await testid(page, "type-Limit").click();
  await testid(page, "ticket-quantity").fill("0.1");
  await testid(page, "ticket-limit").fill("20000");
  await testid(page, "ticket-submit").click();
  await testid(page, "tab-orders").click();
  const row = page.locator('[data-testid^="orders-row-"]');
  await expect(row).toHaveCount(1);
  await page.locator('[data-testid^="cancel-"]:not([data-testid="cancel-all"])').click();
  await expect(row).toHaveCount(0);
});

test("what is wrong stands beside the field", async ({ page }) => {
  await testid(page, "ticket-quantity").fill("abc");
  await expect(page.locator("#ticket-quantity-mistake")).toBeVisible();
  await testid(page, "ticket-quantity").fill("999999");
  await testid(page, "ticket-submit").click({ force: true });
  await expect(page.getByTestId("ticket")).toContainText(/buying power|largest/i);
});

test("choose another instrument by search and keyboard", async ({ page }) => {
  await page.keyboard.press("/");
  await page.keyboard.type("eth");
  await page.keyboard.press("Enter");
  await expect(testid(page, "symbol")).toHaveText("ETHUSD");
  await expect(testid(page, "chart")).toHaveAttribute("data-state", "ready");
});

test("no serious accessibility findings, dark and light, wide and narrow", async ({ page, axe }) => {
  for (const colorScheme of ["dark", "light"]) {
    for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
      // Without motion: halfway through a flash no color is what it is meant to be.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      expect(await axe(), `${colorScheme} ${viewport.width}`).toEqual([]);
    }
  }
});

test("nothing is wider than a narrow screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(testid(page, "open-buy")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await testid(page, "open-buy").click();
  await expect(testid(page, "ticket-submit")).toBeVisible();
});
