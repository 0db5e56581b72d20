// The real server, for clients that are not ours.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

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
    address: url.replace("http://", ""),
    /// Asks it to end; its exit code.
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      await rm(home, { recursive: true, force: true });
      return code;
    },
  };
}
