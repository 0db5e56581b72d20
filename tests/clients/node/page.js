// What runs in the page: two stock clients of grpc-web, which know the contract as a descriptor set.

import { createFileRegistry, create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { GrpcWebClientBase, MethodDescriptor, MethodType } from "grpc-web";

async function registry() {
  const bytes = await (await fetch("/contract.binpb")).arrayBuffer();
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, new Uint8Array(bytes)));
}

/// An error as a page's author sees it.
function refusal(error, types) {
  const refused = ConnectError.from(error);
  const details = ["google.rpc.ErrorInfo", "google.rpc.BadRequest"].map((name) => {
    const type = types.getMessage(name);
    return refused.findDetails(type).map((detail) => toJson(type, detail));
  });
  const [[info], [bad]] = details;
  return { code: Code[refused.code], message: refused.rawMessage, info, bad };
}

/// The first `count` messages of a stream, and the error that ended it before.
async function take(stream, count, types) {
  const messages = [];
  try {
    for await (const message of stream) {
      messages.push(message);
      if (messages.length >= count) break;
    }
    return { messages };
  } catch (error) {
    return { messages, error: refusal(error, types) };
  }
}

const json = (value) => JSON.parse(JSON.stringify(value, (_, one) => (typeof one === "bigint" ? Number(one) : one)));

async function connect(url) {
  const types = await registry();
  const transport = createGrpcWebTransport({ baseUrl: url });
  const service = (name) => createClient(types.getService(`tenseven.v1.${name}`), transport);
  return { types, observations: service("ObservationService"), scores: service("ScoreService") };
}

function observation(area, period, level) {
  return { indicator: "dual-nationality", area, period, source: "page", value: { kind: { case: "level", value: level } } };
}

/// What a page that may call does, with Connect's client.
async function visit(url) {
  const { types, observations, scores } = await connect(url);
  const first = { submissionId: crypto.randomUUID(), observations: [observation("MAR", "2020", "comprehensive")] };
  const { revision, newCount } = await observations.pushObservations(first);
  const asked = { framework: "target-10-7", area: "MAR", period: "2020", readAt: { minRevision: revision } };
  const { scores: tree } = await scores.getScores(asked);
  const parts = await take(observations.exportObservations({ selection: { area: "MAR" } }), Infinity, types);
  const changes = await take(observations.watchObservations({ afterRevision: revision - 1n }), 2, types);
  const wrong = { ...first, submissionId: "mine", observations: [observation("QQQ", "2020", "basic")] };
  const refused = await observations.pushObservations(wrong).catch((error) => refusal(error, types));
  const streamed = await take(observations.exportObservations({ selection: { area: "QQQ" } }), Infinity, types);
  const late = await scores
    .getScores({ ...asked, readAt: { minRevision: revision + 1000n } }, { timeoutMs: 500 })
    .catch((error) => refusal(error, types));
  return json({
    newCount,
    score: tree.nodes.find((node) => node.node === "mobility").score,
    exported: parts.messages.flatMap((part) => part.observations.map((one) => one.observation.period)),
    complete: parts.messages.at(-1).complete,
    changes: changes.messages.map((change) => Number(change.revision - revision)),
    refused,
    streamed,
    late,
  });
}

/// Watches until the stream ends; notifies the test when it has begun.
async function watch(url) {
  const { types, observations } = await connect(url);
  const stream = observations.watchObservations({})[Symbol.asyncIterator]();
  await stream.next();
  window.watching = true;
  return take({ [Symbol.asyncIterator]: () => stream }, Infinity, types).then(({ error }) => error);
}

/// The same service with the older client, which also speaks base64.
async function visitWithGrpcWeb(url, format) {
  const types = await registry();
  const service = types.getService("tenseven.v1.ObservationService");
  const client = new GrpcWebClientBase({ format });
  const method = (name, type) => {
    const { input, output } = service.methods.find((one) => one.name === name);
    const path = `/${service.typeName}/${name}`;
    const encode = (message) => toBinary(input, message);
    return [input, new MethodDescriptor(path, type, Object, Object, encode, (bytes) => fromBinary(output, bytes))];
  };
  const [list, listing] = method("ListObservations", MethodType.UNARY);
  const [all, exporting] = method("ExportObservations", MethodType.SERVER_STREAMING);
  const unary = (request) => {
    const path = `${url}${listing.name}`;
    return client.unaryCall(path, create(list, request), {}, listing);
  };
  const { observations } = await unary({ selection: { area: "MAR" } });
  const refused = await unary({ selection: { area: "QQQ" } }).catch((error) => error);
  const exported = await new Promise((resolve, reject) => {
    const parts = [];
    const request = create(all, { selection: { area: "MAR" } });
    const stream = client.serverStreaming(`${url}${exporting.name}`, request, {}, exporting);
    stream.on("data", (part) => parts.push(part));
    stream.on("error", reject);
    stream.on("end", () => resolve(parts));
  });
  return json({
    listed: observations.length,
    exported: exported.map((part) => part.observations.length),
    refused: { code: refused.code, message: refused.message, details: refused.metadata["grpc-status-details-bin"] },
  });
}

/// What a page of an origin that may not call sees, and whether its write arrives without being asked for first.
async function trespass(url) {
  const { types, observations } = await connect(url);
  const push = { submissionId: crypto.randomUUID(), observations: [observation("LBY", "2020", "basic")] };
  const refused = await observations.pushObservations(push).catch((error) => refusal(error, types));
  const simple = await fetch(`${url}/tenseven.v1.ObservationService/PushObservations`, {
    method: "POST",
    mode: "no-cors",
    headers: { "content-type": "text/plain" },
    body: new Uint8Array([0, 0, 0, 0, 0]),
  }).then((answer) => answer.type, String);
  return { refused, simple };
}

/// What a page of a partner does: each call carries a key, for which the browser asks first.
async function visitWithKey(url, key) {
  const types = await registry();
  const transport = createGrpcWebTransport({ baseUrl: url });
  const client = (name) => createClient(types.getService(`tenseven.v1.${name}`), transport);
  const options = { headers: { authorization: `Bearer ${key}` } };
  const push = (area, options) => {
    const one = { ...observation(area, "2020", "basic"), source: "hcp" };
    const request = { submissionId: crypto.randomUUID(), observations: [one] };
    return client("ObservationService")
      .pushObservations(request, options)
      .catch((error) => refusal(error, types));
  };
  const { partner } = await client("AccessService").getCaller({}, options);
  const exported = await take(client("ObservationService").exportObservations({}, options), Infinity, types);
  return json({
    partner,
    pushed: await push("MAR", options),
    outside: await push("LBY", options),
    nobody: await push("MAR", {}),
    complete: exported.messages.at(-1)?.complete,
  });
}

Object.assign(window, { visitWithKey, visit, visitWithGrpcWeb, watch, trespass });
