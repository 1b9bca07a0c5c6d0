import { versions } from "../graph/versions.ts";
import { terminalStatuses } from "../incident/incident.ts";
import { lockIncident, type StoredIncident } from "../store/incidents.ts";
import { appendOnce } from "../store/journal.ts";
import { inTransaction } from "../store/transaction.ts";
import type { AdvanceDeps } from "./advance.ts";

/** Soon: while two builds run side by side, every second job of an incident may come to the one that cannot take it. */
const againMs = 2_000;

/** The graph versions that this build can carry on. */
const knownVersions = Object.keys(versions).map(Number);

/** Begun by a build whose graph this one does not have, and not over: nothing here may walk it. */
export const isOfOtherBuild = ({ graphVersion, status }: StoredIncident): boolean =>
  versions[graphVersion] === undefined && !terminalStatuses.includes(status);

/**
 * Takes no turn: nothing is counted or changed. It is said once in the journal of the incident, which people read, and the
 * timer's signal goes to whichever replica is there then.
 */
export const leaveToOtherBuild = (
  { store, world, log }: AdvanceDeps,
  { id, graphVersion }: StoredIncident,
): Promise<void> =>
  inTransaction(store.pool, async (tx) => {
    await lockIncident(tx, id);
    const line = `waits for a build that has graph version ${graphVersion}; there is one that has only ${knownVersions.join(", ")}`;
    const at = world.clock.now().toISOString();
    if (await appendOnce(tx, id, { at, kind: "build", actor: "nightshift", line })) {
      const words = "this build cannot carry on an incident of that graph version; deploy one that can";
      log(words, { incidentId: id, graphVersion }, "error");
    }
    await store.queue.send(tx, "wake", id, new Date(Date.now() + againMs));
  });
