import { expect, test } from "vitest";
import { indexInTime } from "../src/index-runbooks.ts";

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

const stage = (answers: ("down" | "up")[]) => {
  const waiting: (() => void)[] = [];
  const said: string[] = [];
  let asked = 0;
  const stop = indexInTime({
    index: async () => {
      if (answers[asked++] === "down") throw new Error("nobody listens");
    },
    log: (line) => void said.push(line),
    later: (work) => {
      waiting.push(work);
      return () => void waiting.splice(0);
    },
  });
  return { waiting, said, stop, asked: () => asked };
};

test("an endpoint that was down at the start is asked again until it answers, and then no more", async () => {
  const { waiting, said, asked } = stage(["down", "down", "up"]);
  await settled();
  waiting.shift()?.();
  await settled();
  waiting.shift()?.();
  await settled();

  expect([asked(), waiting.length, said.length]).toEqual([3, 0, 2]);
});

test("nothing is asked any more once it is stopped", async () => {
  const { waiting, stop, asked } = stage(["down", "down"]);
  await settled();
  await stop();

  expect([asked(), waiting.length]).toEqual([1, 0]);
});
