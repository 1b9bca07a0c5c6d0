import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Embedder } from "../../src/ports/embedder.ts";
import { withBreaker } from "../../src/runbooks/breaker.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fake = (answer: Embedder["embed"]): Embedder & { asked: number } => {
  const one = {
    name: "test:one",
    asked: 0,
    embed: (...given: Parameters<Embedder["embed"]>) => {
      one.asked++;
      return answer(...given);
    },
  };
  return one;
};
const silence = (): Promise<number[][]> => new Promise(() => undefined);
const outcome = async (asking: Promise<unknown>, ms = 0): Promise<string> => {
  const said = asking.then(
    () => "answered",
    (error: Error) => error.message,
  );
  await vi.advanceTimersByTimeAsync(ms);
  return said;
};

test("a question that hangs is given up in seconds, and after two nobody waits any more, until it is tried anew", async () => {
  let answer: Embedder["embed"] = silence;
  const inner = fake((...given) => answer(...given));
  const embedder = withBreaker(inner, Date.now);

  expect(await outcome(embedder.embed(["a"]), 3_000)).toContain("no answer within 3000 ms");
  expect(await outcome(embedder.embed(["b"]), 3_000)).toContain("no answer within 3000 ms");
  expect(await outcome(embedder.embed(["c"]))).toContain("is asked again in 30 s");
  expect(inner.asked).toBe(2);

  answer = async () => [[1]];
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await outcome(embedder.embed(["d"]))).toBe("answered");
  expect(await outcome(embedder.embed(["e"]))).toBe("answered");
});

test("one failure between answers is chance", async () => {
  let fails = true;
  const embedder = withBreaker(
    fake(async () => (fails ? Promise.reject(new Error("once")) : [[1]])),
    Date.now,
  );

  expect(await outcome(embedder.embed(["a"]))).toBe("once");
  fails = false;
  expect(await outcome(embedder.embed(["b"]))).toBe("answered");
  fails = true;
  expect(await outcome(embedder.embed(["c"]))).toBe("once");
  fails = false;
  expect(await outcome(embedder.embed(["d"]))).toBe("answered");
});

test("a question that its asker gives up says nothing about the endpoint", async () => {
  const inner = fake(silence);
  const embedder = withBreaker(inner, Date.now);
  for (const text of ["a", "b", "c"]) {
    const asker = new AbortController();
    const asking = outcome(embedder.embed([text], asker.signal));
    asker.abort();
    expect(await asking).toContain("was given up");
  }

  expect(inner.asked).toBe(3);
  expect(await outcome(embedder.embed(["d"]), 3_000)).toContain("no answer within");
});

test("reading a whole shelf takes as long as it takes", async () => {
  const slow = fake((texts) => new Promise((done) => setTimeout(() => done(texts.map(() => [1])), 20_000)));

  expect(await outcome(withBreaker(slow, Date.now).embed(["a", "b"]), 20_000)).toBe("answered");
});
