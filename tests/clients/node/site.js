// A site whose page calls the registry, and the browser that opens it.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { buildSync } from "esbuild";

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/// A site with the page; its origin, and how to end it.
export async function startSite() {
  const built = buildSync({ entryPoints: ["page.js"], bundle: true, format: "iife", write: false });
  const answers = {
    "/": ["text/html", "<!doctype html><title>page</title><script src=/page.js></script>"],
    "/page.js": ["text/javascript", built.outputFiles[0].text],
    "/contract.binpb": ["application/octet-stream", readFileSync(process.env.CONTRACT)],
  };
  const site = createServer((request, response) => {
    const [type, body] = answers[request.url] ?? ["text/plain", ""];
    response.writeHead(request.url in answers ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${site.address().port}`,
    stop: () => new Promise((resolve) => site.close(resolve).closeAllConnections()),
  };
}
