import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";
import { everHidden } from "./ever-hidden.ts";
import { keys, pieces, stays as staysOfKeys } from "./key-forms.ts";
import { leaks as ofProtocols, stays as staysOfProtocols } from "./protocol-forms.ts";
import { alphabets, leaks, shapes, stays } from "./redaction-forms.ts";
import { leaks as ofServers, everHidden as saidByServers, stays as staysOfServers } from "./server-forms.ts";

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
  const base64 = [`app:${secret}`, `\0app\0${secret}`, secret].map((one) => Buffer.from(one).toString("base64"));
  const percent = encodeURIComponent(secret);
  const ways = [...base64, secret, encodeURIComponent(percent), percent, secret.replace(/[/=#]/g, "")];
  // A text in base64 is found again by all of it.
  const stands = ways.find((one) => line.includes(one)) ?? /[\w+/]{40,}={0,2}/.exec(line)?.[0] ?? "";
  return [stands, stands.slice(3), stands.slice(0, -3)];
};

const forms = [...Object.entries(leaks), ...Object.entries(ofProtocols), ...Object.entries(ofServers)];

test.each(forms)("hidden: %s", (_what, form) => {
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

test.each(Object.entries({ ...everHidden, ...saidByServers }))("hidden still: %s", (line, secret) => {
  expect(line).toContain(secret);
  expect(Object.values(ways).filter((read) => read(line).includes(secret))).toEqual([]);
});

test.each(Object.entries(keys))("a private key is hidden: %s", (_what, given) => {
  const left = Object.entries(ways).flatMap(([way, read]) => {
    const clean = read(given);
    return pieces.filter((piece) => clean.includes(piece)).map((piece) => [way, piece]);
  });

  expect(pieces.filter((piece) => given.includes(piece))).not.toEqual([]);
  expect(left).toEqual([]);
});

test.each([...stays, ...staysOfProtocols, ...staysOfKeys, ...staysOfServers])("stays: %s", (line) => {
  const log = JSON.stringify({ level: "info", msg: line });

  expect(text(line)).toBe(line);
  expect(text(log)).toBe(log);
  expect(value({ message: line })).toEqual({ message: line });
});

const secret = "FkXusAdFb136wGJW";
const blocks: Record<string, string> = {
  "a Secret": `apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  config: ${secret}\ntype: Opaque`,
  "a Secret behind words": `applying kind: Secret\nstringData:\n  config: ${secret}`,
  protobuf: `env {\n  key: "DB_PASSWORD"\n  value: "${secret}"\n}`,
  environment: `env:\n- name: DB_PASSWORD\n  value: ${secret}`,
  "cloud-init": `chpasswd:\n  list: |\n    root:${secret}\n`,
  "a value below its name": `password:\n  ${secret}`,
  "a form": `Content-Disposition: form-data; name="password"\n\n${secret}\n--b`,
};
const prefixes: Record<string, (n: number) => string> = {
  "a time": (n) => `2026-11-23 02:00:00,${n * 50} `,
  "a time and a level": (n) => `2026-11-23T02:00:0${n}Z INFO `,
  "a name in brackets": () => "[web-1] ",
  "the head of klog": (n) => `I1123 02:00:00.123456       1 main.go:${n + 8}] `,
  compose: () => "app  | ",
  syslog: (n) => `Nov 23 02:00:0${n} web app[${n}]: `,
};

test.each(Object.entries(blocks))("hidden where each line bears a prefix: %s", (_what, block) => {
  for (const prefix of Object.values(prefixes)) {
    const lines = block.split("\n").map((line, n) => `2026-11-22T14:54:00.${100 + n}Z ${prefix(n)}${line}`);
    const clean = text(lines.join("\n"));

    expect(clean).not.toContain(secret);
    expect(clean.split("\n")).toHaveLength(lines.length);
  }
  expect(text(JSON.stringify({ level: "info", msg: block }))).not.toContain(secret);
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
