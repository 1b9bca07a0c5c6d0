import type { Reporter } from "vitest/node";

/** The last line says in one breath how it went, for who only reads that. */
export const summary: Reporter = {
  onTestRunEnd: (modules, problems) => {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const broken = problems.length + modules.filter((module) => module.errors().length > 0).length;
    const skipped = count("skipped");
    process.stdout.write(
      `\n${count("passed")} passed, ${count("failed") + broken} failed${skipped ? `, ${skipped} skipped` : ""}\n`,
    );
  },
};
