// The service worker, built after the app: one file of its own that knows the names of the app's files.
import { readdirSync } from "node:fs";

import { defineConfig, mergeConfig } from "vite";

import { base } from "../../vite.base.js";

const shell = readdirSync(new URL("dist", import.meta.url), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/^(service-worker|manifest\.json$)/.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/^.*?\/dist\//, ""))
  .sort();

export default mergeConfig(
  base,
  defineConfig({
    define: { SHELL: JSON.stringify(shell) },
    publicDir: false,
    build: {
      target: "es2022",
      emptyOutDir: false,
      lib: { entry: "service-worker/worker.ts", formats: ["es"], fileName: () => "service-worker.js" },
    },
  }),
);
