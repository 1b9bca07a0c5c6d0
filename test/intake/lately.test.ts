import { expect, test } from "vitest";
import { lately } from "../../src/intake/lately.ts";

const watched = () => {
  let time = 0;
  let asked = 0;
  const share = lately<string>(
    (answer) => (answer === "guess" ? 5 : 30),
    2,
    () => time,
  );
  return {
    ask: (key: string, answer = key) =>
      share(key, async () => {
        asked += 1;
        if (answer === "broken") throw new Error("broken");
        return answer;
      }),
    after: (ms: number) => {
      time += ms;
    },
    asked: () => asked,
  };
};

test("those that ask at once share one answer, and it is good for a while", async () => {
  const { ask, after, asked } = watched();

  expect(await Promise.all([ask("a"), ask("a"), ask("a")])).toEqual(["a", "a", "a"]);
  after(29);
  await ask("a");
  expect(asked()).toBe(1);

  after(1);
  await ask("a");
  expect(asked()).toBe(2);
});

test("a guess is good for less, and a failure is kept for nobody", async () => {
  const { ask, after, asked } = watched();

  await ask("a", "guess");
  after(5);
  await ask("a", "guess");
  expect(asked()).toBe(2);

  await expect(ask("b", "broken")).rejects.toThrow("broken");
  expect(await ask("b", "well")).toBe("well");
});

test("no more are kept than told", async () => {
  const { ask, asked } = watched();

  for (const key of ["a", "b", "c", "c", "a"]) await ask(key);

  expect(asked()).toBe(4);
});
