// Fails when the app became too heavy for a phone's first load: `npm run size -w web/console`, after a build.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** Kilobytes of gzipped script. The issue allows 150 on the first load; more than these wants a second thought. */
const BUDGET = { first: 80, signIn: 50, worker: 12 };

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));
const weigh = async (file) => gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length / 1024;

/** A chunk with all that it cannot start without. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) filesOf(other, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = filesOf(entry);
const signIn = [...filesOf("src/session/sign-in.ts")].filter((key) => !first.has(key));
const sum = async (keys) => {
  const weights = await Promise.all([...keys].map((key) => weigh(manifest[key].file)));
  return weights.reduce((total, weight) => total + weight, 0);
};

const found = { first: await sum(first), signIn: await sum(signIn), worker: await weigh("service-worker.js") };
const styles = await Promise.all((manifest[entry].css ?? []).map(weigh));
for (const [name, weight] of Object.entries(found)) {
  console.log(`${name.padEnd(8)} ${weight.toFixed(1).padStart(6)} of ${BUDGET[name]} KB gzipped`);
}
console.log(
  `styles   ${styles
    .reduce((total, weight) => total + weight, 0)
    .toFixed(1)
    .padStart(6)} KB gzipped`,
);
if (Object.keys(found).some((name) => found[name] > BUDGET[name])) {
  console.error("over budget");
  process.exit(1);
}
