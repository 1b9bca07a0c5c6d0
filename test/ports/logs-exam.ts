import { expect, test } from "vitest";
import type { Logs } from "../../src/ports/logs.ts";

export interface SaidLine {
  /** Nanoseconds since 1970. */
  at: string;
  text: string;
}

const base = 1_795_744_800n * 1_000_000_000n;
/** How exact the times of a store are. */
type Exact = "ns" | "ms";
const stampsOf =
  (exact: Exact) =>
  (n: number): string =>
    `${new Date(Number(base / 1_000_000_000n) * 1000 + n * 1000).toISOString().slice(0, 19)}.${exact === "ns" ? "000000007" : "000000000"}Z`;
export const saidAt = (n: number, text: string): SaidLine => ({
  at: String(base + BigInt(n) * 1_000_000_000n + 7n),
  text,
});

const query = { namespace: "shop", pod: "web-1", container: "web", previous: false, lines: 500 };

/**
 * What every Logs must do, whether the kubelet or a store stands behind it. `makeSubject` opens one in which container `web` of
 * pod `web-1` in `shop` has said these lines, and nobody else anything.
 */
export const logsExam = (
  name: string,
  makeSubject: (lines: SaidLine[]) => Promise<Logs>,
  exact: Exact = "ns",
): void => {
  const stampOf = stampsOf(exact);

  test(`${name} gives lines with their time first, as exact as it has it, the oldest first`, async () => {
    const logs = await makeSubject([saidAt(1, "starting"), saidAt(2, 'say "hello"'), saidAt(3, "größer")]);

    const log = await logs.logs(query);

    expect(log?.text).toBe(`${stampOf(1)} starting\n${stampOf(2)} say "hello"\n${stampOf(3)} größer\n`);
    expect(log?.truncated).toBe(false);
  });

  test(`${name} gives a log that is long made short, and nothing decisive is lost`, async () => {
    const lines = [saidAt(0, "shop starting"), saidAt(1, "FATAL config: DATABASE_URL is not set")];
    for (let n = 2; n < 3_000; n += 1) lines.push(saidAt(n, `GET /cart/${n} 200`));
    const logs = await makeSubject(lines);

    const log = await logs.logs(query);

    expect(log?.text).toContain(`${stampOf(1)} FATAL config: DATABASE_URL is not set\n`);
    expect(log?.text).toContain("more like this …\n");
    expect(log?.text.endsWith(`${stampOf(2_999)} GET /cart/2999 200\n`)).toBe(true);
    expect(Buffer.byteLength(log?.text ?? "")).toBeLessThan(64 * 1024);
  });

  test(`${name} says null for a pod that it knows nothing of`, async () => {
    const logs = await makeSubject([saidAt(1, "x")]);

    expect(await logs.logs({ ...query, pod: "nobody" })).toBeNull();
  });

  test(`${name} gives up when it is told to`, async () => {
    const logs = await makeSubject([saidAt(1, "x")]);

    await expect(logs.logs(query, AbortSignal.abort())).rejects.toMatchObject({ name: "PortError", reason: "timeout" });
  });
};

/** What a store must do beyond that: it has the logs of all lives of all containers in a row. */
export const storeExam = (
  name: string,
  makeSubject: (lines: SaidLine[]) => Promise<Logs>,
  exact: Exact = "ns",
): void => {
  const stampOf = stampsOf(exact);
  const isoOf = (n: number): string => stampOf(n).replace(/\.\d+Z$/, ".000Z");

  test(`${name} gives the lines of one life`, async () => {
    const logs = await makeSubject([saidAt(1, "first life"), saidAt(11, "second life"), saidAt(21, "third life")]);

    const log = await logs.logs({ ...query, previous: true, from: isoOf(10), to: isoOf(20) });

    expect(log?.text).toBe(`${stampOf(11)} second life\n`);
  });

  test(`${name} tells where the log is from, the command that reads the same, and whose it is`, async () => {
    const logs = await makeSubject([saidAt(1, "x")]);

    const log = await logs.logs({ ...query, container: null });

    expect(log).toMatchObject({ from: logs.name, container: "web" });
    expect(log?.command).toMatch(/web-1/);
  });
};
