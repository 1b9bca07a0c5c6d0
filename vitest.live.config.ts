import { defineConfig } from "vitest/config";
import { summary } from "./test/live/summary.ts";

export default defineConfig({
  test: {
    include: ["test/live/**/*.test.ts"],
    globalSetup: ["test/support/scratch.ts"],
    testTimeout: 420_000,
    hookTimeout: 420_000,
    pool: "forks",
    maxWorkers: 1,
    reporters: [["default", { summary: false }], summary],
  },
});
