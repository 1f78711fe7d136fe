// Opens the page of a report in headless Chromium, light, dark, narrow and as it is printed: nothing on the console, the filter filters, axe finds nothing.
//
//   node tests/page_in_browser.mjs NODE_MODULES CHROMIUM REPORT.html [FOLDER FOR SCREENSHOTS]
//
// Run by tests/valid_outputs.py; needs playwright-core and axe-core under NODE_MODULES.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, browser, page, shots] = process.argv.slice(2);
const from = createRequire(pathToFileURL(resolve(modules, "none.js")));
const { chromium } = from("playwright-core");
const axe = readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");

const wrong = [];
const views = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "narrow", colorScheme: "light", width: 360 },
  { name: "narrow-dark", colorScheme: "dark", width: 360 },
];

/** What the list of attempts shows: its rows, their causes, and what the page says of their number. */
const listed = () => {
  const rows = [...document.querySelectorAll("tr[data-cause]")].filter((row) => row.checkVisibility());
  return {
    rows: rows.length,
    causes: [...new Set(rows.map((row) => row.dataset.cause))],
    said: document.getElementById("shown").textContent,
  };
};

async function filters(tab, expect) {
  const all = await tab.evaluate(listed);
  expect(all.rows > 0 && all.said.startsWith(`${all.rows} `), `lists ${all.rows} and says '${all.said}'`);
  const cause = all.causes[0];
  await tab.selectOption("select[name=cause]", cause);
  const one = await tab.evaluate(listed);
  expect(one.rows > 0 && one.rows < all.rows && one.causes.join() === cause, `the filter by ${cause} leaves ${one.causes}`);
  expect(one.said.startsWith(`${one.rows} `), `says '${one.said}' of ${one.rows}`);
  await tab.fill("input[name=client]", "nobody has this address");
  expect((await tab.evaluate(listed)).rows === 0, "the filter by client leaves others");
  await tab.click("form#filter button[type=reset]");
  await tab.waitForFunction((rows) => document.getElementById("shown").textContent.startsWith(`${rows} `), all.rows);
  await tab.fill("input[name=until]", "1900-01-01");
  expect((await tab.evaluate(listed)).rows === 0, "the filter by time leaves others");
  await tab.click("form#filter button[type=reset]");
}

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
flags.push("--disable-component-update", "--disable-sync");
const chrome = await chromium.launch({ executablePath: browser, args: flags }).catch((error) => {
  // Where a browser cannot start, nothing is wrong with the page.
  console.log(`cannot start: ${error.message.split("\n")[0]}`);
  process.exit(77);
});
try {
  for (const { name, colorScheme, width } of views) {
    const expect = (holds, what) => holds || wrong.push(`${name}: ${what}`);
    // The page's own policy stands while it is used; for axe, which comes from outside, a second tab goes past it.
    for (const bypassCSP of [false, true]) {
      const context = await chrome.newContext({ colorScheme, bypassCSP, viewport: { width, height: 900 } });
      const tab = await context.newPage();
      tab.on("console", (message) => wrong.push(`${name}: console: ${message.text()}`));
      tab.on("pageerror", (error) => wrong.push(`${name}: ${error.message}`));
      tab.on("request", (request) => expect(/^(file|data):/.test(request.url()), `asks for ${request.url()}`));
      await tab.goto(pathToFileURL(resolve(page)).href);
      if (bypassCSP) {
        await tab.evaluate(axe);
        const found = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
        for (const { id, help, nodes } of found.violations) {
          wrong.push(`${name}: axe: ${id}: ${help}: ${nodes.length} of ${nodes[0].html.slice(0, 200)}`);
        }
      } else {
        await filters(tab, expect);
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
        expect(wide <= width, `is ${wide} wide`);
        if (shots) await tab.screenshot({ path: resolve(shots, `${name}.png`) });
      }
      await context.close();
    }
  }
  // Printed, it fits the paper (A4 without the margins), and is dark on light whatever the screen was.
  const print = await chrome.newContext({ colorScheme: "dark", viewport: { width: 699, height: 900 } });
  const paper = await print.newPage();
  await paper.emulateMedia({ media: "print", colorScheme: "dark" });
  await paper.goto(pathToFileURL(resolve(page)).href);
  const printed = await paper.evaluate(() => [document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]);
  if (printed[0] > 699 || printed[1] !== "rgb(255, 255, 255)") wrong.push(`printed: ${printed}`);
  if (shots) await paper.screenshot({ path: resolve(shots, "print.png") });
  // Without scripts all is there, and no form that would do nothing.
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(resolve(page)).href);
  if (await tab.locator("form#filter").isVisible()) wrong.push("without scripts: the filter is shown");
  if (!(await tab.locator("tr[data-cause]").first().isVisible())) wrong.push("without scripts: no attempt is shown");
} finally {
  await chrome.close();
}
for (const line of wrong) console.log(line);
process.exit(wrong.length ? 1 : 0);
