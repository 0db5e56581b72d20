// What a partner does with nothing but proto/ and @grpc/grpc-js, which reads the .proto files as they are.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import protobuf from "protobufjs";

import { startServer } from "./server.js";

const { PROTO, GOOGLE_PROTO } = process.env;
const files = readdirSync(join(PROTO, "tenseven/v1")).map((file) => `tenseven/v1/${file}`);
const options = { keepCase: true, longs: Number, enums: String, oneofs: true, includeDirs: [PROTO, GOOGLE_PROTO] };
const contract = protoLoader.loadSync(files, options);
const { tenseven } = grpc.loadPackageDefinition(contract);

// The details of errors, as every gRPC service of Google's kind has them.
const rpc = new protobuf.Root();
rpc.resolvePath = (_, target) => join(GOOGLE_PROTO, target);
rpc.loadSync(["google/rpc/status.proto", "google/rpc/error_details.proto"]);

let server;
before(async () => {
  server = await startServer();
});
after(async () => assert.equal(await server.stop(), 0));

function client(service, settings = {}) {
  return new tenseven.v1[service](server.address, grpc.credentials.createInsecure(), settings);
}

/// The answer to a unary call.
function call(service, method, request, settings) {
  const stub = client(service, settings);
  return new Promise((resolve, reject) =>
    stub[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
  ).finally(() => stub.close());
}

/// The first `count` messages of a stream; all, where there are fewer.
async function take(stream, count = Infinity) {
  const taken = [];
  for await (const message of stream) {
    if (taken.push(message) >= count) break;
  }
  return taken;
}

/// The details of an error by the name of their type.
function details(error) {
  const bytes = error.metadata.get("grpc-status-details-bin")[0];
  const status = rpc.lookupType("google.rpc.Status").decode(bytes);
  assert.equal(status.code, error.code);
  return Object.fromEntries(
    status.details.map(({ type_url, value }) => {
      const name = type_url.split("/").at(-1);
      return [name, rpc.lookupType(name).toObject(rpc.lookupType(name).decode(value))];
    }),
  );
}

function observation(area, period, level) {
  return { indicator: "dual-nationality", area, period, source: "grpc-js", value: { level } };
}

function push(...observations) {
  return call("ObservationService", "PushObservations", { submission_id: randomUUID(), observations });
}

/// One call to each service; a new service has its line here.
const SMOKE = [
  [
    "AssessmentService",
    "GetAgreement",
    { selection: { indicator: "dual-nationality" } },
    (answer) => answer.statistics.length === 8,
  ],
  ["AccessService", "GetCaller", {}, (answer) => Boolean(answer.anonymous_access)],
  ["AdminService", "GetServerStatus", {}, (answer) => answer.revision >= 2],
  ["FrameworkService", "ListFrameworks", {}, (answer) => answer.frameworks.length >= 2],
  ["PracticeService", "SearchPractices", { query: "diaspora" }, (answer) => answer.hits.length > 0],
  [
    "ObservationService",
    "ListObservations",
    { selection: { indicator: "dual-nationality" } },
    (answer) => answer.revision >= 2,
  ],
  [
    "ScoreService",
    "GetScores",
    { framework: "target-10-7", area: "MAR", period: "2020" },
    (answer) => answer.scores.nodes[0].node === "overall",
  ],
];

for (const [service, method, request, holds] of SMOKE) {
  test(`${service}/${method} answers`, async () => {
    const answer = await call(service, method, request);
    assert.ok(holds(answer), JSON.stringify(answer));
  });
}

test("AuditService/ListAuditEvents needs an admin", async () => {
  await assert.rejects(call("AuditService", "ListAuditEvents", {}), { code: 16 });
});

test("every service of the contract has its line", () => {
  const services = Object.entries(tenseven.v1).filter(([, one]) => one.service);
  const named = new Set([...SMOKE.map(([service]) => service), "AuditService"]);
  assert.deepEqual(services.map(([name]) => name).filter((name) => !named.has(name)), []);
});

test("what was pushed is scored and exported", async () => {
  const { revision, new_count } = await push(observation("MAR", "2018", "comprehensive"));
  assert.equal(new_count, 1);
  const request = { framework: "target-10-7", area: "MAR", period: "2018", read_at: { min_revision: revision } };
  const { scores } = await call("ScoreService", "GetScores", request);
  assert.equal(scores.nodes.find((node) => node.node === "mobility").score, 100);
  const exporting = client("ObservationService");
  const parts = await take(exporting.ExportObservations({ selection: { area: "MAR", period_from: "2018" } }));
  assert.equal(parts.at(-1).complete, true);
  assert.deepEqual(parts.flatMap((part) => part.observations.map((one) => one.observation.period)), ["2018"]);
  const watching = exporting.WatchObservations({ after_revision: revision - 1 });
  watching.on("error", () => {});
  const [start, change] = await take(watching, 2);
  assert.deepEqual([start.revision, change.revision], [revision - 1, revision]);
  exporting.close();
});

test("each batch of a stream is acknowledged before the next is sent", async () => {
  const stub = client("ObservationService");
  const stream = stub.StreamObservations();
  const answers = stream[Symbol.asyncIterator]();
  const revisions = [];
  for (const period of ["2001", "2002", "2003"]) {
    const submission_id = randomUUID();
    stream.write({ submission_id, observations: [observation("MAR", period, "basic")] });
    const { value } = await answers.next();
    assert.deepEqual([value.submission_id, value.answer], [submission_id, "receipt"]);
    revisions.push(value.receipt.revision);
  }
  assert.deepEqual(revisions, [revisions[0], revisions[0] + 1, revisions[0] + 2]);
  stream.write({ submission_id: randomUUID(), observations: [observation("MAR", "2004", "no")] });
  const { value } = await answers.next();
  assert.deepEqual([value.answer, value.refusal.fields[0].reason], ["refusal", "UNKNOWN_LEVEL"]);
  stream.end();
  assert.equal((await answers.next()).done, true);
  stub.close();
});

test("the details of a refusal can be read", async () => {
  const error = await push(observation("QQQ", "2020", "basic"), observation("MAR", "2020-13", "basic")).catch((it) => it);
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const found = details(error);
  const { reason, domain } = found["google.rpc.ErrorInfo"];
  assert.deepEqual([reason, domain], ["INVALID_REQUEST", "tenseven"]);
  const fields = found["google.rpc.BadRequest"].fieldViolations.map((one) => [one.field, one.reason]);
  assert.deepEqual(fields.sort(), [
    ["observations[0].area", "UNKNOWN_AREA"],
    ["observations[1].period", "MALFORMED"],
  ]);
});

test("messages travel compressed", async () => {
  const settings = { "grpc.default_compression_algorithm": grpc.compressionAlgorithms.gzip };
  const observations = Array.from({ length: 100 }, (_, at) => observation("LBY", String(1900 + at), "basic"));
  const request = { submission_id: randomUUID(), observations };
  assert.equal((await call("ObservationService", "PushObservations", request, settings)).new_count, 100);
  const listed = await call("ObservationService", "ListObservations", { selection: { area: "LBY" } }, settings);
  assert.equal(listed.observations.length, 100);
});
