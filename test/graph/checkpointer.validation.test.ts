import { specTest } from "@langchain/langgraph-checkpoint-validation";
import * as vitest from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

/** Cases of LangChain's suite that do not hold for us, with the reason. */
const skipped: Record<string, string> = {
  "should migrate pending sends": "no Nightshift ever wrote checkpoints of format < 4",
};

const it = new Proxy(vitest.it, {
  apply: (real, _this, [name, run]: [string, () => void]) =>
    skipped[name] ? real.skip(`${name}: ${skipped[name]}`) : real(name, run),
});

let database: TestDatabase;

// The suite takes vitest's functions from the global scope.
Object.assign(globalThis, { ...vitest, it });

specTest({
  checkpointerName: "Checkpointer",
  beforeAll: async () => {
    database = await freshDatabase();
  },
  afterAll: async () => database[Symbol.asyncDispose](),
  createCheckpointer: async () => {
    await database.pool.query(
      "truncate nightshift.checkpoints, nightshift.checkpoint_blobs, nightshift.checkpoint_writes",
    );
    return new Checkpointer(database.pool, { fenced: false });
  },
});
