import { defineConfig, mergeConfig } from "vitest/config";

import { base } from "../../vite.base.js";

export default mergeConfig(
  base,
  defineConfig({
    // Served under /console/, next to the API; every address inside the app stands behind the #.
    base: "./",
    build: { target: "es2022", manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    test: {
      environment: "jsdom",
      include: ["tests/**/*.test.{ts,tsx}"],
      setupFiles: ["tests/setup.ts"],
      reporters: ["dot"],
      restoreMocks: true,
      // Through Vite, so that all of them get one and the same Preact.
      server: { deps: { inline: [/preact/] } },
    },
  }),
);
