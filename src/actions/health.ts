import type { Workload } from "../incident/kube.ts";
import type { Revision } from "./revisions.ts";
import { eventsSeen } from "./seen.ts";
import type { Scene as SceneOf } from "./verb.ts";

type Scene = SceneOf<Workload>;

const minute = 60_000;

/** Why a former revision counts as having been healthy, in words; null when nothing shows it. */
export const wasHealthy = (scene: Scene, revision: Revision): string | null => {
  if (revision.ready > 0) return `${revision.ready} of its pods are ready now`;
  if (!servedBefore(scene, revision)) return null;
  return "it ran until the newest revision replaced it, with no alert and no failure of its pods on record";
};

const servedBefore = (scene: Scene, revision: Revision): boolean => {
  const [current] = scene.revisions;
  if (!current || alertedBefore(scene, current) || wasUnavailable(scene, current)) return false;
  const troubles = podEvents(scene, revision).filter(({ reason }) => reason === "BackOff" || reason === "Failed");
  if (troubles.length > 0) return false;
  const lived = Date.parse(current.createdAt) - Date.parse(revision.createdAt);
  return lived >= minute || (lived > 0 && podEvents(scene, revision).some(({ reason }) => reason === "Started"));
};

const podEvents = ({ evidence }: Scene, revision: Revision) =>
  eventsSeen(evidence).filter(({ involvedObject: { kind, name } }) => {
    return kind === "Pod" && name?.startsWith(`${revision.name}-`);
  });

const alertedBefore = ({ alerts }: Scene, current: Revision): boolean =>
  alerts.some(({ startsAt }) => Date.parse(startsAt) < Date.parse(current.createdAt));

const wasUnavailable = ({ live }: Scene, current: Revision): boolean =>
  (live.status?.conditions ?? []).some(
    ({ type, status, lastTransitionTime }) =>
      type === "Available" &&
      status === "False" &&
      Date.parse(lastTransitionTime ?? "") < Date.parse(current.createdAt),
  );

/** Did the trouble start soon after the newest revision? Later trouble has another reason, and an undo would not help. */
export const beganWithNewest = ({ alerts, now, revisions: [current] }: Scene): boolean => {
  if (!current) return false;
  const began = Math.min(...alerts.map(({ startsAt }) => Date.parse(startsAt)), Date.parse(now));
  const after = began - Date.parse(current.createdAt);
  return after >= 0 && after <= 120 * minute;
};
