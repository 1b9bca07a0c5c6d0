import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

const play = async (...args: string[]): Promise<string> => {
  const { stdout } = await run("./bin/nightshift", ["demo", "--once", ...args], {
    timeout: 90_000,
    env: { PATH: process.env.PATH },
  });
  return stdout;
};

test.concurrent("a bad rollout is undone with one write, and proven so", async () => {
  const told = await play("--approve");

  expect(told).toContain("image-not-found on Deployment/storefront");
  expect(told).toContain("kubectl rollout undo deployment/storefront");
  expect(told).toMatch(/resolved; \d+ requests to the cluster, 1 to change it, 0 for Secrets/);
});

test.concurrent("a rejected change is not made, and a person is paged", async () => {
  const told = await play("--story", "out-of-memory", "--reject");

  expect(told).toContain("raise-memory-limit");
  expect(told).toMatch(/escalated; \d+ requests to the cluster, 0 to change it, 0 for Secrets/);
});

test.concurrent("where no safe change exists a person is paged without a question", async () => {
  const told = await play("--story", "missing-setting");

  expect(told).toContain("DATABASE_URL");
  expect(told).toMatch(/escalated; \d+ requests to the cluster, 0 to change it, 0 for Secrets/);
});
