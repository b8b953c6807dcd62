/** Times and lists as the person's language writes them. */

import type { Words } from "./words.js";

/** The person's own habits, 14:05 or 2:05 PM, where the browser tells a region for the language that is shown. */
function localeOf(words: Words): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${words.locale}-`)) ?? words.locale;
}

const made = new Map<string, Intl.DateTimeFormat | Intl.ListFormat>();

// Making a format costs a hundred times its use.
function format<Format extends Intl.DateTimeFormat | Intl.ListFormat>(key: string, make: () => Format): Format {
  let found = made.get(key) as Format | undefined;
  if (found === undefined) made.set(key, (found = make()));
  return found;
}

const dates = (locale: string, options: Intl.DateTimeFormatOptions) =>
  format(`${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));

/** 14:05 */
export function clockTime(at: string, words: Words): string {
  return dates(localeOf(words), { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** Today, Yesterday, Monday 3 November, 3 November 2024 */
export function dayName(at: string, now: number, words: Words): string {
  const age = daysBetween(at, now);
  if (age === 0) return words.today;
  if (age === 1) return words.yesterday;
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dates(
    localeOf(words),
    thisYear ? { weekday: "long", day: "numeric", month: "long" } : { day: "numeric", month: "long", year: "numeric" },
  ).format(new Date(at));
}

/** As short as a list needs it: 14:05, Yesterday, Mon, 3 Nov, 3 Nov 2024 */
export function shortTime(at: string, now: number, words: Words): string {
  const age = daysBetween(at, now);
  if (age <= 0) return clockTime(at, words);
  if (age === 1) return words.yesterday;
  const date = new Date(at);
  if (age < 7) return dates(localeOf(words), { weekday: "short" }).format(date);
  const thisYear = date.getFullYear() === new Date(now).getFullYear();
  return dates(localeOf(words), { day: "numeric", month: "short", ...(!thisYear && { year: "numeric" }) }).format(date);
}

export function fullTime(at: string, words: Words): string {
  return dates(localeOf(words), { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** Ada, Ben and Cleo */
export function listed(names: readonly string[], words: Words): string {
  return format(`${words.locale} list`, () => new Intl.ListFormat(words.locale, { type: "conjunction" })).format(names);
}

/** The day as the device's calendar has it; days compare as text. */
export function dayOf(at: string | number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function daysBetween(at: string, now: number): number {
  return Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(at))) / 86_400_000);
}
