import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";
import { alphabets, leaks, shapes, stays } from "./redaction-forms.ts";

/** One row per form; each with secrets of every alphabet, alone, in a line of JSON and in an annotation. */

const { text, value } = redactor("a key");

const ways: Record<string, (line: string) => string> = {
  alone: text,
  "in a line of JSON": (line) => text(JSON.stringify({ level: "info", msg: line })),
  "in JSON behind a time": (line) => text(`2026-11-23T02:00:00Z INFO ${JSON.stringify({ msg: line })}`),
  "in an annotation": (line) => JSON.stringify(value({ metadata: { annotations: { note: line } } })),
};

/** What of a secret must not be found again: it as it stands in the line, and what a cut at either end would leave. */
const traces = (line: string, secret: string): string[] => {
  const encoded = Buffer.from(`app:${secret}`).toString("base64");
  const stands = [encoded, secret, secret.replace(/[/=#]/g, "")].find((one) => line.includes(one)) ?? "";
  return [stands, stands.slice(3), stands.slice(0, -3)];
};

test.each(Object.keys(leaks))("hidden: %s", (what) => {
  const form = leaks[what] ?? String;
  const left = Object.entries(alphabets).flatMap(([alphabet, secret]) => {
    const line = form(secret);
    expect(traces(line, secret)[0]).not.toBe("");
    return Object.entries(ways).flatMap(([way, read]) => {
      const clean = read(line);
      return traces(line, secret).some((trace) => clean.includes(trace)) ? [[alphabet, way, clean]] : [];
    });
  });

  expect(left).toEqual([]);
});

test.each(Object.keys(shapes))("hidden: %s", (what) => {
  const { text: line, secret } = shapes[what] ?? { text: "", secret: "" };

  expect(line).toContain(secret);
  expect(Object.values(ways).filter((read) => read(line).includes(secret))).toEqual([]);
});

test.each(stays)("stays: %s", (line) => {
  const log = JSON.stringify({ level: "info", msg: line });

  expect(text(line)).toBe(line);
  expect(text(log)).toBe(log);
  expect(value({ message: line })).toEqual({ message: line });
});

test("what was redacted stays as it is, and the same value has the same placeholder in every form", () => {
  const secret = alphabets["letters and digits"] ?? "";
  const mark = text(`password=${secret}`).split("=")[1] ?? "";
  const clean = Object.values(leaks).map((form) => text(form(secret)));

  expect(clean.map(text)).toEqual(clean);
  expect(clean.filter((line) => line.includes(mark)).length).toBeGreaterThan(clean.length * 0.9);
});

test("a field with a name in another language is hidden, and one that only begins like it is not", () => {
  const secret = "correct-horse";

  for (const name of ["senha", "contraseña", "пароль", "密码"])
    expect(JSON.stringify(value({ [name]: secret }))).not.toContain(secret);
  expect(value({ senhaFile: secret })).toEqual({ senhaFile: secret });
});
