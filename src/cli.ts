import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Command, print, UsageError } from "./commands/command.ts";
import { refuseUnknown } from "./commands/options.ts";
import { reasonOf } from "./commands/reason.ts";
import { ConfigError } from "./config.ts";

// Compiled code of the last start is used again: half of the time until a paused incident is taken up is loading. Where the
// folder cannot be written nothing is kept, and nothing fails.
enableCompileCache(join(homedir(), ".cache", "nightshift", "compiled"));

// Loaded when used: `nightshift --help` does not wait for a Kubernetes client.
const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await import("./commands/serve.ts")).serve,
  demo: async () => (await import("./commands/demo.ts")).demo,
  migrate: async () => (await import("./commands/migrate.ts")).migrateCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  replay: async () => (await import("./commands/replay.ts")).replayCommand,
  eval: async () => (await import("./commands/eval.ts")).evalCommand,
  runbooks: async () => (await import("./commands/runbooks.ts")).runbooks,
  stats: async () => (await import("./commands/stats.ts")).stats,
  feedback: async () => (await import("./commands/feedback.ts")).feedbackCommand,
  audit: async () => (await import("./commands/audit.ts")).audit,
  policy: async () => (await import("./commands/policy.ts")).policyCommand,
  mcp: async () => (await import("./commands/mcp.ts")).mcp,
};

const overview = async (): Promise<string> => {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(
    async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).summary}`,
  );
  const all = await Promise.all(rows);
  return [
    "usage: nightshift <command> [options]",
    "",
    ...all,
    "",
    "nightshift <command> --help lists its options.",
  ].join("\n");
};

const dispatch = async ([name, ...args]: readonly string[]): Promise<number> => {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    print(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = commands[name];
  if (load === undefined) throw new UsageError(`there is no command "${name}"; nightshift --help lists them`);
  const command = await load();
  if (args.includes("--help") || args.includes("-h")) {
    print(`usage: nightshift ${command.usage}\n\n${command.summary}\n\n${command.help()}`);
    return 0;
  }
  refuseUnknown(name, command, args);
  return command.run(args);
};

const explain = (error: unknown): number => {
  process.stderr.write(`nightshift: ${reasonOf(error)}\n`);
  if (process.env.NIGHTSHIFT_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
};

try {
  process.loadEnvFile();
} catch {
  // No .env file is the usual case.
}
// Where these are set, LangChain and LangGraph send whole incidents to a tracing service or print them.
for (const name of Object.keys(process.env)) if (/^LANG(SMITH|CHAIN)_/.test(name)) delete process.env[name];
process.exitCode = await dispatch(process.argv.slice(2)).catch(explain);
