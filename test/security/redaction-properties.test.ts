import fc from "fast-check";
import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";
import { objects, texts } from "./reviewed-secrets.ts";

/** Any secret in any form at any depth: it does not come through. The controls show that it would. */

const { text, value } = redactor("a key");
const seed = 20_261_127;

const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z]{6,14}$/), fc.stringMatching(/^[0-9]{2,4}$/), fc.stringMatching(/^[a-z][A-Z]$/))
  .map((parts) => parts.join(""));

const textForm = fc.constantFrom(...Object.values(texts));
const objectForm = fc.constantFrom(...objects);

/** Where a line stands: alone, among others, as a line of JSON, quoted again. */
const setting = fc.constantFrom<(line: string) => string>(
  (line) => line,
  (line) => `2026-11-23T02:00:00.1Z started\n${line}\n2026-11-23T02:00:01.2Z stopped`,
  (line) => `\u001b[31mERROR\u001b[0m ${line}`,
  (line) => `${line}\nTraceback (most recent call last):\n  File "/app/a.py", line 3`,
);

/** How deep an object is packed: in lists, in fields, as JSON in a string. */
const packed = fc.array(
  fc.constantFrom<(inner: unknown) => unknown>(
    (inner) => ({ spec: inner }),
    (inner) => ({ items: [{ kind: "Pod" }, inner] }),
    (inner) => ({ metadata: { annotations: { "example.com/applied": JSON.stringify(inner) } } }),
    (inner) => ({ containers: [{ name: "web", spec: inner }] }),
  ),
  { maxLength: 4 },
);

const asText = fc.record({ secret, form: textForm, setting }).map(({ secret, form, setting }) => ({
  secret,
  given: setting(form(secret)),
}));
const asObject = fc.record({ secret, form: objectForm, packed }).map(({ secret, form, packed }) => ({
  secret,
  given: packed.reduce<unknown>((inner, pack) => pack(inner), form(secret)),
}));

const stays = (clean: unknown, one: string): boolean => JSON.stringify(clean).includes(one);

test("no secret comes through in a text", () => {
  fc.assert(
    fc.property(asText, ({ secret, given }) => !stays(text(given), secret)),
    { seed, numRuns: 3000 },
  );
});

test("nor in a text that is a field of an object", () => {
  fc.assert(
    fc.property(asText, ({ secret, given }) => !stays(value({ kind: "Event", message: given }), secret)),
    { seed, numRuns: 2000 },
  );
});

test("nor in an object", () => {
  fc.assert(
    fc.property(asObject, ({ secret, given }) => !stays(value(given), secret)),
    { seed, numRuns: 3000 },
  );
});

test("what was redacted stays as it is", () => {
  fc.assert(
    fc.property(asText, ({ given }) => {
      const once = text(given);
      expect(text(once)).toBe(once);
    }),
    { seed, numRuns: 1000 },
  );
});

test.each([
  ["text", asText],
  ["object", asObject],
] as const)("the control: as it is given, every %s holds its secret", (_what, given) => {
  fc.assert(
    fc.property(given as fc.Arbitrary<{ secret: string; given: unknown }>, (one) => stays(one.given, one.secret)),
    { seed, numRuns: 1000 },
  );
});

test("the control: a redactor that leaves one form out is found", () => {
  const lazy = (given: string): string => (given.includes("IDENTIFIED BY") ? given : text(given));
  const found = fc.check(
    fc.property(asText, ({ secret, given }) => !stays(lazy(given), secret)),
    { seed, numRuns: 3000 },
  );

  expect(found.failed).toBe(true);
});

const word = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

/** What a diagnosis lives on, with any names, hashes and numbers in it. */
const telling = fc.oneof(
  fc.tuple(word, word).map(([v, s]) => `MountVolume.SetUp failed for volume "${v}" : secret "${s}" not found`),
  word.map((v) => `MountVolume.SetUp failed for volume "${v}-secret" : references non-existent secret key: tls.key`),
  word.map((v) => `volume "${v}-credentials" : timed out waiting for the condition`),
  fc.tuple(word, word, word).map(([k, n, s]) => `couldn't find key ${k} in Secret ${n}/${s}`),
  word.map((s) => `Error: secret "${s}" not found`),
  word.map((user) => `FATAL: password authentication failed for user "${user}"`),
  fc.constantFrom("grant", "client", "request", "token").map((what) => `oauth2: token:invalid_${what}`),
  fc.tuple(word, hex(64)).map(([name, digest]) => `Back-off pulling image "ghcr.io/${name}@sha256:${digest}"`),
  fc.tuple(word, hex(10), fc.uuid()).map(([name, hash, uid]) => `pod ${name}-${hash}-x2x4z(${uid}) failed`),
  hex(40).map((sha) => `commit ${sha} on main`),
  fc
    .constantFrom("4111111111111111", "5555555555554444", "6011000990139424")
    .chain((number) =>
      fc
        .constantFrom("request_id", "uid", "timestamp", "offset", "trace_id")
        .map((name) => `took long ${name}=${number}`),
    ),
  fc.tuple(word, word).map(([a, b]) => `Unable to attach or mount volumes: unmounted volumes=[${a}-token ${b}-secret]`),
  fc.constantFrom("Get", "Post").map((verb) => `failed to fetch token: ${verb} "https://auth.example/token": dial tcp`),
  fc.constantFrom("passwd", "token", "password").map((file) => `exec: "/etc/${file}": permission denied`),
  fc.tuple(word, word).map(([a, b]) => `{"secret":{"secretName":"${a}","items":[{"key":"password","path":"${b}"}]}}`),
);

test("what a diagnosis lives on is left as it is, as a text and in an object", () => {
  fc.assert(
    fc.property(telling, (line) => {
      expect(text(line)).toBe(line);
      expect(value({ message: line })).toEqual({ message: line });
    }),
    { seed, numRuns: 3000 },
  );
});
