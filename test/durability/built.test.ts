import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { carryThrough, endingOf, isAsking } from "./night.ts";
import { setStage, until } from "./stage.ts";

const run = promisify(execFile);
const cli = ["rolldown", "--config"];

test("what `npm run build` makes walks an incident by itself, and its next life carries on", async () => {
  // Below our package.json, as `dist` is; not in `dist`, which the tests beside this one may be reading.
  const folder = await mkdtemp(join("node_modules", ".built-"));
  const stage = await setStage("bad-rollout", await freshDatabase());
  try {
    await run("npx", ["--no-install", ...cli, "--dir", folder]);
    const program = [join(folder, "cli.js"), "serve"];
    const first = await stage.start({}, program);
    const id = await stage.alert(first);
    await until("it asks", async () => isAsking(await first.client.show(id)));
    first.process.kill("SIGKILL");
    await first.ended;
    const second = await stage.start({}, program);
    await carryThrough(second, id, "approve");

    expect(await endingOf(stage, id)).toMatchObject({ status: "resolved", writes: 1, journalBreak: null });
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
});
