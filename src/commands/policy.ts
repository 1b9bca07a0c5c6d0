import { isVerb, verbs } from "../actions/catalogue.ts";
import { kubernetesCluster } from "../adapters/kubernetes-cluster.ts";
import { readPolicyFile } from "../adapters/policy-file.ts";
import { approverNames } from "../approvers.ts";
import { type Config, readConfig } from "../config.ts";
import { isFaultClass } from "../incident/fault-classes.ts";
import { type Room, roomOf } from "../incident/pace.ts";
import { neverReached, Policy } from "../incident/policy.ts";
import { type Ruling, rule, type Wish } from "../incident/ruling.ts";
import { tooFewApprovers } from "../incident/too-few.ts";
import type { Cluster } from "../ports/cluster.ts";
import { clusterWithTimeout } from "../ports/with-timeout.ts";
import { openIdentities } from "../world.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";
import { type Asked, asksOf, type Given } from "./policy-incident.ts";

const names = ["incident", "verb", "namespace", "class", "cluster", "risk", "pods", "at", "labels"] as const;
type Name = (typeof names)[number];

const optionsOf = (args: readonly string[]): Partial<Record<Name, string>> => {
  const options: Partial<Record<Name, string>> = {};
  for (let at = 0; at < args.length; at += 2) {
    const name = names.find((one) => `--${one}` === args[at]);
    const value = args[at + 1];
    if (name === undefined || value === undefined)
      throw new UsageError(`policy check: ${args[at]} is no option with a value`);
    options[name] = value;
  }
  return options;
};

const labelsOf = (text = ""): Record<string, string> =>
  Object.fromEntries(text.split(",").flatMap((pair) => (pair.includes("=") ? [pair.split("=", 2)] : [])));

const riskOf = (text = "low"): Wish["risk"] => {
  if (text !== "low" && text !== "medium" && text !== "high") throw new UsageError(`policy check: ${text} is no risk`);
  return text;
};

const wishOf = (options: Partial<Record<Name, string>>): Wish => {
  const { verb = "undo-rollout", class: name = null, at } = options;
  if (!isVerb(verb))
    throw new UsageError(`policy check: ${verb} is no verb; there are ${verbs.map((one) => one.verb).join(", ")}`);
  if (name !== null && !isFaultClass(name)) throw new UsageError(`policy check: ${name} is no fault class`);
  if (at !== undefined && Number.isNaN(Date.parse(at))) throw new UsageError(`policy check: ${at} is no time`);
  return {
    cluster: options.cluster ?? "",
    namespace: options.namespace ?? null,
    labels: labelsOf(options.labels),
    verb,
    class: name,
    risk: riskOf(options.risk),
    pods: Number(options.pods ?? 1),
    now: new Date(at ?? Date.now()).toISOString(),
  };
};

/** What an incident itself tells; said beside it, it would say nothing. */
const told = ["verb", "namespace", "class"] as const;

const givenOf = (options: Partial<Record<Name, string>>, wish: Wish): Given => {
  const needless = options.incident === undefined ? undefined : told.find((name) => options[name] !== undefined);
  if (needless !== undefined)
    throw new UsageError(`policy check: --${needless} says nothing beside --incident, which tells it: leave one out`);
  return {
    ...(options.labels === undefined ? {} : { labels: wish.labels }),
    ...(options.risk === undefined ? {} : { risk: wish.risk }),
    ...(options.pods === undefined ? {} : { pods: wish.pods }),
  };
};

/** What the bound by the hour leaves; null where there is none, or no workload is named. */
const roomFor = ({ changes }: Asked, { actionsPerHour: most }: Ruling): Room | null =>
  changes === null || most === null ? null : roomOf(most, changes);

const sentence = (asked: Asked, ruling: Ruling): string => {
  const { wish, manager, scaler, unprepared } = asked;
  const { verb, namespace } = wish;
  const { mode, blocked, people, directWrite } = ruling;
  const room = roomFor(asked, ruling);
  const where = namespace === null ? "outside of namespaces" : `in ${namespace}`;
  if (mode === "observe") return `${verb} ${where}: not done, only described`;
  if (scaler !== null) return `${verb} ${where}: not done, its replicas belong to HorizontalPodAutoscaler ${scaler}`;
  if (unprepared !== null) return `${verb} ${where}: not done, it could not be prepared: ${unprepared}`;
  if (manager !== null && !directWrite) return `${verb} ${where}: not done, only described: it is kept by ${manager}`;
  if (blocked !== null) return `${verb} ${where}: not done, ${blocked}`;
  if (room !== null && room.made >= room.most) return `${verb} ${where}: not done now, ${roomText(room)}`;
  return mode === "auto" && people === 1
    ? `${verb} ${where}: done without a person where rules are certain of the cause`
    : `${verb} ${where}: done once ${people === 1 ? "a person approves" : `${people} people approve`}`;
};

const roomText = ({ most, made, next }: Room): string =>
  `${made} of ${most} changes of its workload within this hour${next === null ? "" : `; next possible at ${next}`}`;

const podsText = ({ pods }: Ruling, { runs }: Asked): string =>
  `how many pods it touches is not known before it is planned${runs === null ? "" : ` (its workload runs ${runs} now)`}; ${pods === null ? "policy has no bound for it" : `with more than ${pods} it is not done`}`;

const labelled = ({ match }: { match: Policy["rules"][number]["match"] }): boolean => match.labels !== undefined;

/** What the answer rests on that was not said on the line, and what it could not know. */
const notesOf = (policy: Policy, asked: readonly Asked[], cluster: string, approvers: readonly string[]): string[] => [
  ...tooFewApprovers(policy, approvers).map((line) => `warning: ${line}`),
  ...neverReached(policy).map(
    ({ glob, by }) => `warning: namespaces, ${glob} decides nothing: ${by} stands before it and fits all of it`,
  ),
  cluster === ""
    ? "the name of the cluster is not known, so what names a cluster does not fit: say --cluster, or set CLUSTER_NAME"
    : `cluster ${cluster}`,
  ...new Set(
    asked.flatMap(({ wish, labelsFrom }) => {
      if (labelsFrom !== null) return [`labels ${labelsText(wish.labels)} (${labelsFrom})`];
      return [...policy.rules, ...policy.freeze].some(labelled)
        ? ["the labels of the object are not known, so what names labels does not fit; say --labels to be sure"]
        : [];
    }),
  ),
];

const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",") || "none";

const tell = (asked: readonly Asked[], policy: Policy): void => {
  for (const one of asked) {
    const ruling = rule(policy, one.wish);
    print(sentence(one, ruling));
    for (const line of ruling.because) print(`  because ${line}`);
    const room = roomFor(one, ruling);
    if (room !== null) print(`  ${roomText(room)}`);
    if (!one.podsKnown) print(`  ${podsText(ruling, one)}`);
  }
  if (asked.length === 0) print("no verb of the catalogue answers this incident's diagnosis; nothing would be changed");
};

const readMs = 10_000;

/** The cluster that `serve` would ask, while it is asked; null without a kubeconfig that can be used. */
const withCluster = async <T>(config: Config, use: (cluster: Cluster | null) => Promise<T>): Promise<T> => {
  let identities: ReturnType<typeof openIdentities>;
  try {
    identities = openIdentities(config);
  } catch {
    return use(null);
  }
  try {
    return await use(clusterWithTimeout(kubernetesCluster(identities.reader, config.CLUSTER_NAME ?? null), readMs));
  } finally {
    await Promise.all([identities.reader.close(), identities.writer.close()]);
  }
};

export const policyCommand: Command = {
  usage: "policy check [--incident ID | --verb V --namespace N --class C] [--json]",
  summary: "checks the policy file and explains what it would allow, and why",
  help: () =>
    [
      "Reads the file of NIGHTSHIFT_POLICY; exit code 1 when it is broken. Further options: --cluster NAME, --labels a=b,c=d,",
      `--risk low|medium|high, --pods N, --at TIME; beside --incident they stand for what it tells. Verbs: ${verbs.map(({ verb }) => verb).join(", ")}.`,
      "docs/policy.md describes the file.",
    ].join("\n"),
  run: async (args) => {
    const [what, ...rest] = args;
    if (what !== "check") throw new UsageError("say policy check");
    const options = optionsOf(rest.filter((one) => one !== "--json"));
    const config = readConfig(process.env);
    const path = config.NIGHTSHIFT_POLICY;
    const policy = path === undefined ? Policy.parse({}) : await readPolicyFile(path);
    const wish = wishOf(options);
    const given = givenOf(options, wish);
    const { asked, name } = await withCluster(config, async (cluster) => {
      const base = { ...wish, cluster: options.cluster ?? config.CLUSTER_NAME ?? cluster?.name ?? "" };
      const labelsFrom = options.labels === undefined ? null : "--labels";
      const alone: Asked = {
        wish: base,
        labelsFrom,
        manager: null,
        scaler: null,
        unprepared: null,
        podsKnown: true,
        runs: null,
        changes: null,
      };
      const all =
        options.incident === undefined ? [alone] : await asksOf(config, options.incident, { base, given }, cluster);
      return { asked: all, name: all[0]?.wish.cluster ?? base.cluster };
    });
    const notes = notesOf(policy, asked, name, approverNames(config));
    if (rest.includes("--json"))
      printJson({
        policy: path ?? null,
        notes,
        rulings: asked.map((one) => {
          const { wish, labelsFrom, manager, scaler, unprepared, runs } = one;
          const ruling = rule(policy, wish);
          const asked = one.podsKnown ? wish : { ...wish, pods: null };
          return { wish: asked, labelsFrom, manager, scaler, unprepared, runs, ruling, room: roomFor(one, ruling) };
        }),
      });
    else {
      print(path === undefined ? "NIGHTSHIFT_POLICY is not set: observe, nothing is changed" : `${path} is valid`);
      for (const note of notes) print(note);
      tell(asked, policy);
    }
    return 0;
  },
};
