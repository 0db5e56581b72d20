// Pages in a real browser that call the registry by grpc-web from another origin.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { startServer } from "./server.js";
import { FLAGS, startSite } from "./site.js";

let listed, unlisted, server, profile, browser;

before(async () => {
  [listed, unlisted] = [await startSite(), await startSite()];
  server = await startServer("--cors-origins", `https://pages.example,${listed.origin}`);
  profile = await mkdtemp(join(tmpdir(), "tenseven-browser-"));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: FLAGS,
  });
});

after(async () => {
  await browser?.close();
  await Promise.all([listed?.stop(), unlisted?.stop()]);
  if (profile) await rm(profile, { recursive: true, force: true });
});

async function open(site) {
  const page = await browser.newPage();
  await page.goto(site.origin);
  return page;
}

test("a page pushes, asks, exports, watches, and reads why it is refused", async () => {
  const page = await open(listed);
  const seen = await page.evaluate((url) => window.visit(url), server.url);
  assert.deepEqual([seen.newCount, seen.score], [1, 100]);
  assert.deepEqual([seen.exported, seen.complete], [["2020"], true]);
  assert.deepEqual(seen.changes, [-1, 0]);
  assert.equal(seen.refused.code, "InvalidArgument");
  assert.deepEqual([seen.refused.info.reason, seen.refused.info.domain], ["INVALID_REQUEST", "tenseven"]);
  const fields = seen.refused.bad.fieldViolations.map((one) => [one.field, one.reason]);
  assert.deepEqual(fields.sort(), [
    ["observations[0].area", "UNKNOWN_AREA"],
    ["submission_id", "MALFORMED"],
  ]);
  assert.deepEqual([seen.streamed.messages, seen.streamed.error.info.reason], [[], "UNKNOWN_AREA"]);
  assert.deepEqual([seen.late.code, seen.late.info.reason], ["DeadlineExceeded", "REVISION_NOT_REACHED"]);
  await page.close();
});

for (const format of ["text", "binary"]) {
  test(`the client grpc-web reads answers and refusals in ${format}`, async () => {
    const page = await open(listed);
    const seen = await page.evaluate(([url, format]) => window.visitWithGrpcWeb(url, format), [server.url, format]);
    assert.equal(seen.listed, 1);
    if (format === "text") assert.deepEqual(seen.exported, [1]);
    assert.equal(seen.refused.code, 5);
    assert.match(seen.refused.message, /QQQ/);
    assert.ok(Buffer.from(seen.refused.details, "base64").includes("UNKNOWN_AREA"));
    await page.close();
  });
}

test("a page of an origin that is not listed reads nothing and changes nothing", async () => {
  const page = await open(unlisted);
  const messages = [];
  page.on("console", (message) => messages.push(message.text()));
  const answers = [];
  page.on("response", (response) => {
    if (response.url().startsWith(server.url)) answers.push(response.status());
  });
  const seen = await page.evaluate((url) => window.trespass(url), server.url);
  assert.equal(seen.refused.info, undefined);
  assert.match(seen.refused.message, /Failed to fetch/);
  assert.ok(messages.some((message) => message.includes("CORS policy")), messages.join("\n"));
  assert.equal(seen.simple, "opaque");
  assert.ok(answers.length > 0 && answers.every((status) => status === 403), String(answers));
  const allowed = await open(listed);
  const exported = (await allowed.evaluate((url) => window.visit(url), server.url)).exported;
  assert.deepEqual(exported, ["2020"]);
  await Promise.all([page.close(), allowed.close()]);
});

test("a page that watches is notified when the server stops, and does not delay it", async () => {
  const page = await open(listed);
  const watched = page.evaluate((url) => window.watch(url), server.url);
  await page.waitForFunction(() => window.watching);
  const asked = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - asked < 6_000, "the page's connections held the server up");
  const error = await watched;
  assert.deepEqual([error.code, error.info.reason], ["Unavailable", "SHUTTING_DOWN"]);
});
