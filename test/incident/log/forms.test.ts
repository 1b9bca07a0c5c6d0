import { expect, test } from "vitest";
import { logReducer } from "../../../src/incident/log/reduce.ts";
import { type Form, time } from "./form.ts";
import { ofLoggers } from "./forms-of-loggers.ts";
import { ofPrograms } from "./forms-of-programs.ts";

const forms = { ...ofLoggers, ...ofPrograms };

const alphabet = "abcdefghijklmnopqrstuvwxyz";
const word = (n: number): string => [n % 26, Math.floor(n / 26) % 26, (n * 7) % 26].map((at) => alphabet[at]).join("");
/** More kinds of lines than are told apart, none of which says that something is wrong. */
const babble = Array.from({ length: 900 }, (_, n) => `${word(n)} ${word(n + 300)} ${word(n + 600)} is ${word(n * 3)}`);

/** As the kubelet sends them, each line with its time. */
const stamped = (lines: readonly string[]): string =>
  lines.map((line, n) => `${time(n)}.${100_000_000 + (n % 900)}Z ${line}\n`).join("");
const days = ({ day }: Form, from: number): string[] =>
  Array.from({ length: 3_000 }, (_, n) => day(from + n)).flatMap((text) => text.split("\n"));

const reduced = (text: string): string => {
  const reducer = logReducer();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 10_007) reducer.push(bytes.subarray(at, at + 10_007));
  return reducer.end().text;
};

test.each(Object.entries(forms))("%s: why it died is kept whole in the middle of a day's lines", (_name, form) => {
  const text = stamped([...days(form, 0), ...form.why, ...days(form, 3_000)]);
  const kept = reduced(text);
  expect(form.why.filter((line) => !kept.includes(line))).toEqual([]);
  expect(kept.length).toBeLessThan(text.length / 5);
});

// What says by no level, word or trace that it is trouble is kept only while there are fewer kinds of lines than are told apart.
const unsaid = ["Redis"];
test.each(Object.entries(forms).filter(([name]) => !unsaid.includes(name)))(
  "%s: nor is it lost among more kinds of lines than are told apart",
  (_name, form) => {
    const kept = reduced(stamped([...days(form, 0), ...babble, ...form.why, ...babble, ...days(form, 3_000)]));
    expect(form.why.filter((line) => !kept.includes(line))).toEqual([]);
  },
);

test("control: there, what says by nothing that it is trouble is lost", () => {
  for (const name of unsaid) {
    const { why, ...form } = forms[name] as Form;
    const kept = reduced(
      stamped([...days({ ...form, why }, 0), ...babble, ...why, ...babble, ...days({ ...form, why }, 3_000)]),
    );
    expect(why.some((line) => kept.includes(line))).toBe(false);
  }
});

test("control: the last thousand lines alone would hold none of them", () => {
  for (const form of Object.values(forms)) {
    const tail = stamped([...days(form, 0), ...form.why, ...days(form, 3_000)])
      .split("\n")
      .slice(-1_000)
      .join("\n");
    expect(form.why.some((line) => line.trim() !== "" && tail.includes(line))).toBe(false);
  }
});
