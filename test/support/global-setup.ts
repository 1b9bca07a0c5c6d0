import type { TestProject } from "vitest/node";
import { ensureTemplate } from "./template.ts";
import { startTestServer } from "./test-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    database: { serverUrl: string; template: string; keeps: boolean };
  }
}

/** Starts what all test files share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  try {
    const template = await ensureTemplate(server.url);
    project.provide("database", { serverUrl: server.url, template, keeps: server.keeps });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server.stop;
}
