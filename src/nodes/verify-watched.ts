import { verbSpec } from "../actions/catalogue.ts";
import { objectsSeen } from "../actions/seen.ts";
import { workloadKinds } from "../actions/verb.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import type { KubeNode, KubeObject } from "../incident/kube.ts";
import type { CronJob, Job } from "../incident/kube-jobs.ts";
import type { Action } from "../incident/plan.ts";
import type { ObjectRef } from "../incident/subject.ts";
import type { LiveCheck } from "./verify-checks.ts";
import type { Ask, Sight } from "./verify-look.ts";
import { notThrottled } from "./verify-throttled.ts";

/** Whose health tells whether it helped: the target, what stands behind it, or what the alert was about. */
export const watchedBy = (action: Action, { subject }: Incident): ObjectRef => {
  const watched = verbSpec(action.verb).watch?.(action) ?? action.target;
  return watched.kind === "Node" && isWorkload(subject) ? subject : watched;
};

export const isWorkload = ({ kind }: ObjectRef): boolean => workloadKinds.some((one) => one === kind);

/** What must be seen of the target itself, where its pods do not tell. */
export const targetChecks = async (
  ask: Ask,
  action: Action,
  watched: ObjectRef,
  sight: Sight | null,
): Promise<{ checks: LiveCheck[]; evidence: Evidence[] }> => {
  if (action.verb === "raise-cpu-limit") return notThrottled(ask, action, sight);
  const { kind, namespace, name } = action.verb === "rerun-job" ? watched : action.target;
  if (isWorkload({ kind, namespace, name }) || kind === "Pod") return { checks: [], evidence: [] };
  if (kind === "Service") return { checks: [leadsThere(sight, name)], evidence: [] };
  const seen = await ask({ ask: "get", kind, namespace, name });
  const live = objectsSeen<KubeObject>([seen], kind)[0];
  return {
    checks: live ? judge(action, live) : [notRead(kind, seen)],
    evidence: [seen],
  };
};

const notRead = (kind: string, { answer }: Evidence): LiveCheck => ({
  ...required(`${kind} read`, false, answer.kind === "could-not-ask" ? "it could not be asked" : "it is gone"),
  unknown: answer.kind === "could-not-ask",
});

const required = (name: string, ok: boolean, detail: string): LiveCheck => ({ name, ok, required: true, detail });

const leadsThere = (sight: Sight | null, name: string): LiveCheck => {
  const title = "Service leads to it";
  if (!sight?.services || !sight.pods) return { ...required(title, false, "it could not be asked"), unknown: true };
  const slices = sight.services.find(({ service }) => service.metadata.name === name)?.slices;
  const own = new Set(sight.pods.map(({ metadata }) => metadata.name));
  const ready = (slices ?? [])
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions, targetRef }) => conditions?.ready !== false && own.has(targetRef?.name ?? ""));
  const detail = `${ready.length} of its pods are ready behind ${name}`;
  return { ...required(title, ready.length > 0, detail), slow: true };
};

const judge = (action: Action, live: KubeObject): LiveCheck[] => {
  switch (action.verb) {
    case "uncordon-node":
    case "cordon-node":
      return nodeChecks(action.verb === "cordon-node", live as KubeNode);
    case "resume-cronjob":
      return cronJobChecks(live as CronJob);
    case "rerun-job":
      return jobChecks(live as Job);
    default:
      return [required("target there", true, "it is there")];
  }
};

const nodeChecks = (cordoned: boolean, { spec, status }: KubeNode): LiveCheck[] => {
  const is = spec?.unschedulable === true;
  const ready = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
  return [
    required("node as intended", is === cordoned, is ? "it is cordoned" : "it takes pods"),
    // Cordoned because it comes and goes: then its readiness is not what was to be mended.
    { ...required("node ready", ready, ready ? "it is ready" : "it is not ready"), required: !cordoned },
  ];
};

const cronJobChecks = ({ spec, status }: CronJob): LiveCheck[] => [
  required("not suspended", spec.suspend !== true, spec.suspend ? "it is suspended" : "runs start by its schedule"),
  {
    name: "run seen",
    ok: status?.lastScheduleTime !== undefined,
    required: false,
    detail: `last run began ${status?.lastScheduleTime ?? "never"}; the next one is not waited for`,
  },
];

const jobChecks = ({ status }: Job): LiveCheck[] => {
  const is = (type: string) => status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
  return [
    required("run not failed", !is("Failed"), is("Failed") ? "it failed again" : "it has not failed"),
    {
      ...required(
        "run complete",
        is("Complete"),
        `${status?.succeeded ?? 0} pods succeeded, ${status?.active ?? 0} run`,
      ),
      slow: true,
      // How long a run takes is its own business: one that still runs has not shown that it fails.
      unknown: (status?.active ?? 0) > 0 && !is("Failed"),
    },
  ];
};
