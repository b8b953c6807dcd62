// What every package of the web has in common; each one's vite.config.ts merges it.
import { defaultClientConditions, type UserConfig } from "vite";

export const base: UserConfig = {
  // Packages of this repository are taken from their sources, so nothing has to be built first.
  resolve: { conditions: ["source", ...defaultClientConditions] },
};
