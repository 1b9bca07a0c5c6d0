import { readdirSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";

/** Recorded clusters and what their programs said: nothing that a diagnosis could need is taken out. */

const { text, value } = redactor("a key");

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

/** What stands in it and is a secret indeed: the password of a Redis in rights-and-limits. */
const secrets = /sesame/g;
// Colours are left out on purpose.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const plain = (given: string): string => given.replace(/(?:\u001b|\\u001b)\[[0-9;]*m/g, "");
const withoutMarks = (given: string): string => given.replace(/\[redacted:[0-9a-f]{4}\]/g, "sesame");

const cleaned = (path: string, given: string): string => {
  if (!path.endsWith(".json")) return text(given);
  return JSON.stringify(value(JSON.parse(given)));
};
const asItIs = (path: string, given: string): string =>
  path.endsWith(".json") ? JSON.stringify(JSON.parse(given)) : given;

const files = [...filesBelow("test/incidents"), ...filesBelow("runbooks")].filter((path) =>
  /\.(?:json|log|md)$/.test(path),
);

test("recorded objects, events, logs and runbooks are unchanged but for the one password in them", () => {
  const changed = files.filter((path) => {
    const given = readFileSync(path, "utf8");
    return withoutMarks(cleaned(path, given)) !== plain(asItIs(path, given));
  });

  expect(files.length).toBeGreaterThan(500);
  expect(changed).toEqual([]);
});

test("the control: what is a secret in them is taken out", () => {
  const holding = files.filter((path) => secrets.test(readFileSync(path, "utf8")));

  expect(holding.length).toBeGreaterThan(0);
  for (const path of holding.filter((one) => one.endsWith("objects.json")))
    expect(cleaned(path, readFileSync(path, "utf8"))).toContain("[redacted:");
});
