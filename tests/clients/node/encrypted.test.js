// What a partner with a key does over TLS: with grpc-js, and from a page in a real browser by grpc-web.

import assert from "node:assert/strict";
import { randomUUID, createHash, X509Certificate } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import { chromium } from "playwright-core";
import protobuf from "protobufjs";

import { authority, pair, startEncrypted } from "./server.js";
import { FLAGS, startSite } from "./site.js";

const { PROTO, GOOGLE_PROTO } = process.env;
const files = readdirSync(join(PROTO, "tenseven/v1")).map((file) => `tenseven/v1/${file}`);
const options = { keepCase: true, longs: Number, enums: String, oneofs: true, includeDirs: [PROTO, GOOGLE_PROTO] };
const { tenseven } = grpc.loadPackageDefinition(protoLoader.loadSync(files, options));
const rpc = new protobuf.Root();
rpc.resolvePath = (_, target) => join(GOOGLE_PROTO, target);
rpc.loadSync(["google/rpc/status.proto", "google/rpc/error_details.proto"]);

let site, server;
before(async () => {
  site = await startSite();
  server = await startEncrypted("--cors-origins", site.origin);
});
after(async () => {
  await site?.stop();
  assert.equal(await server.stop(), 0);
});

/// The answer to a unary call with credentials of the library.
function call(service, method, request, credentials) {
  const stub = new tenseven.v1[service](server.address, credentials);
  return new Promise((resolve, reject) =>
    stub[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
  ).finally(() => stub.close());
}

const trusted = () => grpc.credentials.createSsl(readFileSync(authority));

/// Credentials that send a key with each call.
function withKey(key) {
  const metadata = new grpc.Metadata();
  metadata.set("authorization", `Bearer ${key}`);
  const sent = grpc.credentials.createFromMetadataGenerator((_, done) => done(null, metadata));
  return grpc.credentials.combineChannelCredentials(trusted(), sent);
}

function push(area) {
  const one = { indicator: "dual-nationality", area, period: "2019", source: "hcp", value: { level: "basic" } };
  return { submission_id: randomUUID(), observations: [one] };
}

/// The details of an error by the name of their type.
function details(error) {
  const status = rpc.lookupType("google.rpc.Status").decode(error.metadata.get("grpc-status-details-bin")[0]);
  return Object.fromEntries(
    status.details.map(({ type_url, value }) => {
      const name = type_url.split("/").at(-1);
      return [name, rpc.lookupType(name).toObject(rpc.lookupType(name).decode(value))];
    }),
  );
}

test("grpc-js calls with a key over TLS, and reads why a call outside the grants is refused", async () => {
  const caller = await call("AccessService", "GetCaller", {}, withKey(server.key));
  assert.equal(caller.partner, "hcp");
  const { new_count } = await call("ObservationService", "PushObservations", push("MAR"), withKey(server.key));
  assert.equal(new_count, 1);
  const outside = call("ObservationService", "PushObservations", push("LBY"), withKey(server.key));
  const error = await outside.catch((it) => it);
  assert.equal(error.code, grpc.status.PERMISSION_DENIED);
  const found = details(error);
  const { reason, domain, metadata } = found["google.rpc.ErrorInfo"];
  assert.deepEqual([reason, domain, metadata.partner], ["NOT_GRANTED", "tenseven", "hcp"]);
  const fields = found["google.rpc.BadRequest"].fieldViolations.map((one) => one.reason);
  assert.deepEqual(fields, ["OUTSIDE_GRANTS"]);
});

test("grpc-js is refused without a key, and refuses a server that it does not trust", async () => {
  const nobody = await call("ObservationService", "PushObservations", push("MAR"), trusted()).catch((it) => it);
  assert.equal(nobody.code, grpc.status.UNAUTHENTICATED);
  assert.equal(details(nobody)["google.rpc.ErrorInfo"].reason, "UNAUTHENTICATED");
  const distrusted = call("AccessService", "GetCaller", {}, grpc.credentials.createSsl());
  assert.equal((await distrusted.catch((it) => it)).code, grpc.status.UNAVAILABLE);
});

/// What Chromium calls the key of a certificate.
function keyHash(file) {
  const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

/// A page in a browser that trusts no other certificate than that of the server, and what its network layer sends.
async function withPage(use) {
  const profile = await mkdtemp(join(tmpdir(), "tenseven-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: [...FLAGS, `--ignore-certificate-errors-spki-list=${keyHash(pair[0])}`],
  });
  try {
    const page = await browser.newPage();
    const network = await browser.newCDPSession(page);
    const requests = new Map();
    await network.send("Network.enable");
    const note = ({ requestId, ...seen }) => requests.set(requestId, { ...requests.get(requestId), ...seen });
    network.on("Network.requestWillBeSent", ({ requestId, request }) =>
      note({ requestId, method: request.method, url: request.url }),
    );
    network.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) => note({ requestId, headers }));
    await page.goto(site.origin);
    await use(page, requests);
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
}

test("a page sends a key over TLS once the browser has asked for it, and reads why it is refused", async () => {
  await withPage(async (page, requests) => {
    const seen = await page.evaluate(([url, key]) => window.visitWithKey(url, key), [server.url, server.key]);
    assert.deepEqual([seen.partner, seen.pushed.newCount, seen.complete], ["hcp", 1, true]);
    assert.deepEqual([seen.outside.code, seen.outside.info.reason], ["PermissionDenied", "NOT_GRANTED"]);
    assert.deepEqual(seen.outside.bad.fieldViolations.map((one) => one.reason), ["OUTSIDE_GRANTS"]);
    assert.deepEqual([seen.nobody.code, seen.nobody.info.reason], ["Unauthenticated", "UNAUTHENTICATED"]);
    const asked = [...requests.values()].filter((one) => one.method === "OPTIONS" && one.url.startsWith(server.url));
    const header = (one) =>
      Object.entries(one.headers ?? {}).find(([name]) => name.toLowerCase() === "access-control-request-headers");
    const named = asked.flatMap((one) => header(one)?.[1].split(",").map((name) => name.trim()) ?? []);
    assert.ok(named.includes("authorization"), `the browser asked for ${named}`);
  });
});
