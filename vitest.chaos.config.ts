import { defineConfig } from "vitest/config";

/** The short, seeded chaos run and its control alone; `npm test` runs them, too. */
export default defineConfig({
  test: {
    include: ["test/chaos/**/*.test.ts"],
    globalSetup: ["test/support/scratch.ts"],
    testTimeout: 60_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
  },
});
