import { defineConfig, mergeConfig } from "vitest/config";

import { base } from "../../vite.base.js";

export default mergeConfig(
  base,
  defineConfig({ test: { include: ["tests/**/*.test.ts"], reporters: ["dot"], restoreMocks: true } }),
);
