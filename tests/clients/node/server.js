// The real server, for clients that are not ours.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/// The certificate of the authority, and the pair of a server on this machine.
export const authority = join(process.env.TLS_FILES, "client.pem");
export const pair = ["server.pem", "server.key"].map((name) => join(process.env.TLS_FILES, name));

/// Starts a server with a journal of its own; its address, and how to end it.
export async function startServer(...settings) {
  const home = await mkdtemp(join(tmpdir(), "tenseven-"));
  const data = join(home, "data");
  const child = spawn(
    process.env.TENSEVEN_BINARY,
    ["serve", "--listen", "127.0.0.1:0", "--data", data, ...settings],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const exited = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exited.then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
  ]);
  const url = line.trim().split(" ").at(-1);
  return {
    url,
    address: url.split("://")[1],
    /// Asks it to end; its exit code.
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      await rm(home, { recursive: true, force: true });
      return code;
    },
  };
}

/// Starts a server with TLS and a partner who may push for Morocco and read, with that partner's key.
export async function startEncrypted(...settings) {
  const home = await mkdtemp(join(tmpdir(), "tenseven-"));
  const [admin, key] = ["admin.key", "partner.key"].map((name) => join(home, name));
  const tenseven = (...words) => promisify(execFile)(process.env.TENSEVEN_BINARY, words);
  await tenseven("key", "generate", "--out", admin);
  const [certificate, secret] = pair;
  const server = await startServer("--admin-key-file", admin, "--tls-cert", certificate, "--tls-key", secret, ...settings);
  const url = `https://localhost:${server.address.split(":")[1]}`;
  const asAdmin = ["--server", url, "--ca", authority, "--key-file", admin];
  await tenseven("partner", "put", "hcp", "--name", "HCP", ...asAdmin);
  const scope = ["--indicator", "dual-nationality", "--area", "MAR", "--source", "hcp"];
  await tenseven("grant", "add", "hcp", "contributor", ...scope, ...asAdmin);
  await tenseven("grant", "add", "hcp", "reader", ...asAdmin);
  await tenseven("key", "create", "hcp", "--name", "test", "--days", "1", "--out", key, ...asAdmin);
  return {
    ...server,
    url,
    address: url.replace("https://", ""),
    key: (await readFile(key, "utf8")).trim(),
    async stop() {
      const code = await server.stop();
      await rm(home, { recursive: true, force: true });
      return code;
    },
  };
}
