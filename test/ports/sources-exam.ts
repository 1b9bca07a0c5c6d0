import { expect, test } from "vitest";
import type { Sources } from "../../src/ports/sources.ts";

/** A tool of somebody's server; `says` null: it answers and has nothing to say. */
export interface ExamTool {
  name: string;
  says: string | null;
  fails?: boolean;
}

export const query: ExamTool = { name: "query", says: "42 errors" };

/** What every Sources must do. `makeSubject` opens one with a server `logs` of these tools, all of them allowed. */
export const sourcesExam = (
  name: string,
  makeSubject: (tools: ExamTool[]) => Promise<{ sources: Sources; asked: () => number | Promise<number> }>,
): void => {
  test(`${name} offers tools under names that are no others'`, async () => {
    const { sources } = await makeSubject([query]);

    expect(await sources.tools()).toMatchObject([{ name: "mcp_logs_query", schema: { type: "object" } }]);
  });

  test(`${name} gives what a tool says`, async () => {
    const { sources, asked } = await makeSubject([query]);

    expect(await sources.ask("mcp_logs_query", '{"text":"x"}')).toEqual({ text: "42 errors", truncated: false });
    expect(await asked()).toBe(1);
  });

  test(`${name} tells nothing said from something said`, async () => {
    const { sources } = await makeSubject([{ ...query, says: null }]);

    expect(await sources.ask("mcp_logs_query", "{}")).toBeNull();
  });

  test(`${name} gives a tool's failure as its own word`, async () => {
    const { sources } = await makeSubject([{ ...query, says: "no such index", fails: true }]);

    await expect(sources.ask("mcp_logs_query", "{}")).rejects.toMatchObject({
      port: "sources",
      reason: "failed",
      message: expect.stringContaining("no such index"),
    });
  });

  test(`${name} asks no tool that it does not offer`, async () => {
    const { sources, asked } = await makeSubject([query]);

    for (const tool of ["mcp_logs_delete", "query", "mcp_other_query", "conclude"])
      await expect(sources.ask(tool, "{}")).rejects.toMatchObject({ port: "sources", reason: "invalid" });
    expect(await asked()).toBe(0);
  });

  test(`${name} cuts what is too long, and says so`, async () => {
    const { sources } = await makeSubject([{ ...query, says: "é".repeat(100_000) }]);

    const said = await sources.ask("mcp_logs_query", "{}");

    expect(said?.truncated).toBe(true);
    expect(said?.text.length).toBeLessThan(70_000);
    expect(said?.text).toMatch(/characters left out …$/);
  });
};
