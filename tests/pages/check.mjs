// Everything a reader may do with the pages, done by a browser. Ends with 1 and a list where something does not hold.
import { chromium } from "playwright-core";
import { readFileSync, readdirSync, statSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [site, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SEARCH_MS = 20_000;
const problems = [];
const counts = { pages: 0, axeRules: 0, controls: 0, prints: 0 };

function problem(page, text) {
  problems.push(`${page}: ${text}`);
}

/// The overview, the country with the longest list, its list, the pages there is one of, one letter.
function kinds() {
  const names = readdirSync(site).filter((name) => name.endsWith(".html"));
  const countries = names.filter((name) => /^[A-Z]{2}\.html$/.test(name));
  const lists = names.filter((name) => /-websites-1\.html$/.test(name));
  const largest = lists.sort((a, b) => statSync(join(site, b)).size - statSync(join(site, a)).size)[0];
  const country = largest ? largest.replace("-websites-1", "") : countries[0];
  const letter = names.find((name) => /^find-.-1\.html$/.test(name));
  return ["index.html", country, largest, "find.html", letter, "method.html", "checks.html", names.find((name) => name === "release.html"), "accessibility.html"].filter(Boolean);
}

const url = (name) => pathToFileURL(join(site, name)).href;

/// A page of the site in a window; every request but those for files of the site is a problem.
async function open(browser, name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith("file://") && !request.url().startsWith("data:")) problem(name, `asks for ${request.url()}`);
  });
  page.on("pageerror", (error) => problem(name, `script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problem(name, `console: ${message.text()}`);
  });
  await page.goto(url(name));
  return { page, close: () => context.close() };
}

async function runAxe(page, name, how) {
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }), TAGS);
  counts.axeRules += result.passes.length;
  for (const violation of result.violations) {
    for (const node of violation.nodes.slice(0, 3)) problem(name, `axe (${how}): ${violation.id}: ${node.html.slice(0, 140)}`);
  }
}

/// No part of the page is wider than the window, regions that scroll by themselves aside.
async function reflows(page, name, how) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) problem(name, `${how}: ${wide} px wider than the window`);
}

/// Tab reaches every link and control in the order of the page, each seen and with a visible focus.
async function keyboard(page, name) {
  const expected = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")];
    const reachable = all.filter((element) => element.checkVisibility());
    reachable.forEach((element, index) => element.setAttribute("data-walk", String(index)));
    return reachable.length;
  });
  const walked = Math.min(expected, 150);
  for (let index = 0; index < walked; index += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const top = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + box.height / 2);
      return {
        walk: element.dataset.walk,
        html: element.outerHTML.slice(0, 100),
        hasOutline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        height: box.height,
        isCovered: box.height < innerHeight && top !== null && !element.contains(top) && !top.contains(element),
      };
    });
    counts.controls += 1;
    if (focus.walk !== String(index)) return problem(name, `keyboard: step ${index} is ${focus.walk}: ${focus.html}`);
    if (!focus.hasOutline) problem(name, `keyboard: no visible focus: ${focus.html}`);
    if (!focus.isInView) problem(name, `keyboard: focus out of sight: ${focus.html}`);
    if (focus.isCovered) problem(name, `keyboard: focus covered: ${focus.html}`);
  }
}

async function print(page, name) {
  const pdf = await page.pdf({ format: "A4" });
  if (pdf.subarray(0, 5).toString() !== "%PDF-" || pdf.length < 5_000) problem(name, "print: no PDF");
  await page.emulateMedia({ media: "print" });
  const isShown = await page.evaluate(() => [...document.querySelectorAll("header nav, details.sql")].some((part) => part.checkVisibility()));
  if (isShown) problem(name, "print: navigation or SQL is printed");
  counts.prints += 1;
  await page.emulateMedia({ media: null });
}

async function shot(page, name, width, scheme) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const height = await page.evaluate(() => Math.min(document.documentElement.scrollHeight, 6_000));
  await page.screenshot({ path: join(shots, `${name.replace(".html", "")}-${width}-${scheme}.png`), fullPage: true, clip: { x: 0, y: 0, width, height } });
}

/// The search finds a website by a part of its name, from local files, and leads to its row.
async function search(browser) {
  const name = "find.html";
  const { page, close } = await open(browser, name, {});
  const host = await page.evaluate(() => document.querySelector("#query") !== null);
  if (host) {
    const list = readdirSync(site).find((file) => /-websites-1\.html$/.test(file));
    const known = readFileSync(join(site, list), "utf8").match(/<li id="([^"]+)"/)[1];
    const begun = Date.now();
    await page.fill("#query", known);
    await page.waitForSelector("#hits a", { timeout: SEARCH_MS }).catch(() => problem(name, `search: ${known} is not found`));
    console.log(`search: ${Date.now() - begun} ms to the first hit`);
    await runAxe(page, name, "with hits");
    await page.click("#hits a");
    const isThere = await page.evaluate((id) => document.getElementById(id)?.matches(":target"), known);
    if (!isThere) problem(name, `search: the hit does not lead to ${known}`);
    await page.goto(url(name));
    await page.fill("#query", "no-such-website");
    await page.waitForFunction(() => document.getElementById("answer").textContent.startsWith("No website"), null, { timeout: SEARCH_MS })
      .catch(() => problem(name, "search: absence is not said"));
  }
  await close();
}

/// Sorting tells its state, filtering hides; without scripts the same page has everything.
async function enhancements(browser, list) {
  const { page, close } = await open(browser, "index.html", {});
  const button = page.locator("table.sortable th button").first();
  if (await button.count()) {
    await button.click();
    await button.click();
    const sorted = await page.locator("table.sortable th").first().getAttribute("aria-sort");
    if (sorted !== "descending") problem("index.html", `sorting says ${sorted}`);
    await runAxe(page, "index.html", "sorted");
  }
  await close();
  const filtered = await open(browser, list, {});
  await filtered.page.fill("input[type=search]", "no such words");
  const left = await filtered.page.locator(".websites > li:visible").count();
  if (left !== 0) problem(list, `filter: ${left} entries are left`);
  await filtered.close();
  const plain = await open(browser, list, { javaScriptEnabled: false });
  if ((await plain.page.locator(".websites > li:visible").count()) === 0) problem(list, "without scripts: no websites");
  await plain.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const names = kinds();
for (const name of names) {
  counts.pages += 1;
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await open(browser, name, { colorScheme, viewport: { width: 1280, height: 900 } });
    await runAxe(page, name, colorScheme);
    await reflows(page, name, `1280 px, ${colorScheme}`);
    await shot(page, name, 1280, colorScheme);
    if (colorScheme === "light") {
      await keyboard(page, name);
      await print(page, name);
    }
    await close();
  }
  const narrow = await open(browser, name, { viewport: { width: 320, height: 640 } });
  await reflows(narrow.page, name, "320 px");
  await runAxe(narrow.page, name, "320 px");
  await shot(narrow.page, name, 320, "light");
  await narrow.close();
  // 400 % of a window of 1280 by 1024: 320 by 256 CSS pixels, four device pixels each.
  const zoomed = await open(browser, name, { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  await reflows(zoomed.page, name, "400 %");
  await keyboard(zoomed.page, name);
  await zoomed.close();
  const bytes = statSync(join(site, name)).size;
  if (bytes > 1_000_000) problem(name, `${bytes} bytes`);
}
for (const name of readdirSync(site)) {
  const { size } = statSync(join(site, name));
  if (size > 1_000_000) problem(name, `${size} bytes`);
}
await search(browser);
const list = names.find((name) => name.includes("-websites-"));
if (list) await enhancements(browser, list);
await browser.close();
console.log(`${counts.pages} kinds of pages (${names.join(", ")}): ${counts.axeRules} axe rules passed, ${counts.controls} controls walked, ${counts.prints} printed`);
if (problems.length > 0) {
  console.log(`${problems.length} problems:\n  ${[...new Set(problems)].join("\n  ")}`);
  process.exit(1);
}
console.log("no problems");
