import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const css = readFileSync("src/design/tokens.css", "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [
    name,
    { light, dark },
  ]),
);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const part = parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: "light" | "dark"): number {
  const [lower = 0, upper = 0] = [one, other]
    .map((name) => luminance(tokens.get(name)?.[theme] ?? "#000000"))
    .sort((first, second) => first - second);
  return (upper + 0.05) / (lower + 0.05);
}

const GROUNDS = ["page", "surface", "raised", "sunken"];

/** Text on its ground: 4.5 to 1. */
const TEXTS: [text: string, ground: string][] = [
  ...GROUNDS.flatMap((ground): [string, string][] => [
    ["text", ground],
    ["quiet", ground],
    ["accent", ground],
  ]),
  ["quiet", "accent-soft"],
  ["text", "accent-soft"],
  ["text", "blue-soft"],
  ["quiet", "blue-soft"],
  ["on-accent", "accent"],
  ["on-accent-soft", "accent-soft"],
  ["on-good", "good"],
  ["on-note", "note"],
  ["note", "on-note"],
  ["bad", "surface"],
  ["bad", "raised"],
  ["bad", "bad-soft"],
  ["surface", "orange"],
  ["orange", "raised"],
  ["orange", "page"],
  ["green", "green-soft"],
  ["orange", "orange-soft"],
  ["blue", "blue-soft"],
  ["grey", "grey-soft"],
  ["accent", "orange-soft"],
];

/** What is no text but has to be seen: 3 to 1. */
const SHAPES: [shape: string, ground: string][] = [
  ...GROUNDS.flatMap((ground): [string, string][] => [["edge", ground]]),
  ...["green", "orange", "blue", "grey"].map((state): [string, string] => [state, "surface"]),
  ["note-line", "note"],
  ["note-line", "page"],
  ["blue", "accent-soft"],
];

describe.each(["light", "dark"] as const)("the colours in %s", (theme) => {
  it.each(TEXTS)("let %s be read on %s", (text, ground) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SHAPES)("let %s be seen on %s", (shape, ground) => {
    expect(contrast(shape, ground, theme)).toBeGreaterThanOrEqual(3);
  });
});
