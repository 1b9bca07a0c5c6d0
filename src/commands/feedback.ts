import { userInfo } from "node:os";
import { readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { isFaultClass } from "../incident/fault-classes.ts";
import { makeLog } from "../log.ts";
import { redactor } from "../ports/redacted.ts";
import { feedback, forget, type Said } from "../responder/feedback.ts";
import { redactionKey } from "../store/settings.ts";
import { systemClock } from "../world.ts";
import { type Command, print, UsageError } from "./command.ts";

const given = (args: readonly string[], option: string): string | null => {
  const at = args.indexOf(option);
  if (at < 0) return null;
  const value = args[at + 1];
  if (value === undefined || value.startsWith("--")) throw new UsageError(`${option} needs a value`);
  return value;
};

const saidIn = (args: readonly string[]): Said => {
  const name = given(args, "--class");
  if (name !== null && !isFaultClass(name)) throw new UsageError(`feedback: ${name} is no fault class`);
  const right = args.includes("--right");
  const wrong = args.includes("--wrong") || name !== null;
  if (right === wrong) throw new UsageError("say --right, or --wrong and what it was with --class");
  return { correct: right, class: name, note: given(args, "--note")?.slice(0, 2_000) ?? null };
};

export const feedbackCommand: Command = {
  usage: "feedback <incident> --right | --wrong [--class CLASS] [--note TEXT] | --forget",
  summary: "says whether a diagnosis was right; a correction is what is remembered",
  help: () =>
    [
      "  --wrong          the diagnosis was wrong; with --class what it really was (a fault class)",
      "  --note TEXT      anything else; kept in the journal, never acted on",
      "  --forget         takes the incident out of the memory",
    ].join("\n"),
  run: async ([id, ...args]) => {
    if (id === undefined || id.startsWith("--"))
      throw new UsageError("say which incident first: nightshift feedback inc_… --right");
    const said = args.includes("--forget") ? null : saidIn(args);
    const { pool, close } = await openDatabase(readConfig(process.env), makeLog("error"), { migrate: false });
    try {
      const using = { pool, now: () => systemClock.now(), redact: redactor(await redactionKey(pool)).text };
      const by = userInfo().username;
      const done = said === null ? await forget(using)(id, by) : await feedback(using)(id, said, by);
      print(done ? "kept" : `there is no incident ${id}${said === null ? " in the memory" : ", nor a memory of it"}`);
      return done ? 0 : 1;
    } finally {
      await close();
    }
  },
};
