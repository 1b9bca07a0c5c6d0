import { expect, test } from "vitest";
import { walkStory } from "./walking.ts";

/** Plays a crash of the server that forgets the last step's entry and picture while its turn lives on. */
const forgetLastStep = `with gone as (delete from nightshift.journal where seq = (select max(seq) from nightshift.journal))
  update nightshift.incidents set checkpoint_id = (
    select checkpoint_id from nightshift.checkpoints order by checkpoint_id desc offset 1 limit 1)`;

test.each([true, false])(
  "what was shown of a step and a crash of the server forgets (%s) is shown again",
  async (forgets) => {
    let crashes = forgets ? 1 : 0;
    const walking = await walkStory("bad-rollout", {
      wrap: (ports) => ({
        ...ports,
        bookshelf: {
          search: async (...asked) => {
            if (crashes-- > 0) await walking.db.pool.query(forgetLastStep);
            return ports.bookshelf.search(...asked);
          },
        },
      }),
    });
    await walking.walk();
    const steps = (await walking.journal()).filter(({ kind }) => kind === "step").map(({ actor }) => actor);
    expect(steps).toEqual(["gather", "diagnose", "runbook-retrieve", "propose", "request-approval"]);
  },
);
