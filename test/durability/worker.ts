import { flushCompileCache } from "node:module";
import { readConfig } from "../../src/config.ts";
import { startApp } from "../../src/main.ts";
import { faults } from "./faults.ts";

const say = (line: string, fields: Record<string, unknown> = {}): void => {
  process.stdout.write(`${JSON.stringify({ line, ...fields })}\n`);
};

// Prints its address as the line `listening`, which the app logs itself.
const app = await startApp(readConfig(process.env), { log: say, wrap: faults(process.env, say) });
flushCompileCache();
process.once("SIGTERM", () => {
  app.stop().then(
    () => say("stopped"),
    (error: Error) => say("stopping failed", { error: error.message }),
  );
});
