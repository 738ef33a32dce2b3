// Decodes every TOON artifact of a store with the reference implementation: it must hold exactly what the JSON artifact holds.
//
// usage: node toon.mjs STORE   (with @toon-format/toon installed in the working directory)

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const { decode } = await import(pathToFileURL(require.resolve("@toon-format/toon")));

const store = process.argv[2];
const snapshots = readdirSync(join(store, "snapshots"));
let decoded = 0;
for (const snapshot of snapshots) {
  const folder = join(store, "snapshots", snapshot, "artifacts");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".toon"))) {
    const toon = decode(readFileSync(join(folder, name), "utf8").replace(/\n$/, ""));
    const json = JSON.parse(readFileSync(join(folder, name.replace(/toon$/, "json")), "utf8"));
    assert.deepStrictEqual(toon, json, join(folder, name));
    decoded += 1;
  }
}
assert.ok(decoded > 0, `no artifact in ${store}`);
console.log(`${decoded} TOON artifacts of ${snapshots.length} snapshots hold what the JSON artifacts hold`);
