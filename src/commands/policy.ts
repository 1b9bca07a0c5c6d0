import { isVerb, verbs } from "../actions/catalogue.ts";
import { readPolicyFile } from "../adapters/policy-file.ts";
import { type Config, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { isFaultClass } from "../incident/fault-classes.ts";
import { Policy } from "../incident/policy.ts";
import { type Ruling, rule, type Wish } from "../incident/ruling.ts";
import { makeLog } from "../log.ts";
import { readIncident } from "../store/incidents.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";

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

/** What an incident's diagnosis would be answered with, verb by verb. */
const wishesFor = async (config: Config, id: string, base: Wish): Promise<Wish[]> => {
  const { pool, close } = await openDatabase(config, makeLog("error"), { migrate: false });
  try {
    const incident = await readIncident(pool, id);
    if (incident === null) throw new UsageError(`policy check: there is no incident ${id}`);
    const { cluster, namespace } = incident.subject;
    const plan = incident.state?.plan;
    const diagnosis = incident.state?.diagnosis;
    const cause = diagnosis?.kind === "cause" ? diagnosis.class : null;
    const about = { ...base, cluster, namespace, class: cause };
    if (plan?.kind === "actions")
      return plan.actions.map(({ verb, risk, pods = 0 }) => ({ ...about, verb, risk, pods }));
    return verbs
      .filter(({ classes }) => cause !== null && classes.includes(cause))
      .map(({ verb }) => ({ ...about, verb }));
  } finally {
    await close();
  }
};

const sentence = ({ verb, namespace }: Wish, { mode, blocked, people }: Ruling): string => {
  const where = namespace === null ? "outside of namespaces" : `in ${namespace}`;
  if (mode === "observe") return `${verb} ${where}: not done, only described`;
  if (blocked !== null) return `${verb} ${where}: not done, ${blocked}`;
  return mode === "auto" && people === 1
    ? `${verb} ${where}: done without a person where rules are certain of the cause`
    : `${verb} ${where}: done once ${people === 1 ? "a person approves" : `${people} people approve`}`;
};

const tell = (wishes: readonly Wish[], policy: Policy): void => {
  for (const wish of wishes) {
    const ruling = rule(policy, wish);
    print(sentence(wish, ruling));
    for (const line of ruling.because) print(`  because ${line}`);
  }
  if (wishes.length === 0)
    print("no verb of the catalogue answers this incident's diagnosis; nothing would be changed");
};

export const policyCommand: Command = {
  usage: "policy check [--incident ID | --verb V --namespace N --class C] [--json]",
  summary: "checks the policy file and explains what it would allow, and why",
  help: () =>
    [
      "Reads the file of NIGHTSHIFT_POLICY; exit code 1 when it is broken. Further options: --cluster NAME, --labels a=b,c=d,",
      `--risk low|medium|high, --pods N, --at TIME. Verbs: ${verbs.map(({ verb }) => verb).join(", ")}.`,
      "docs/policy.md describes the file.",
    ].join("\n"),
  run: async (args) => {
    const [what, ...rest] = args;
    if (what !== "check") throw new UsageError("policy: say `policy check`");
    const options = optionsOf(rest.filter((one) => one !== "--json"));
    const config = readConfig(process.env);
    const path = config.NIGHTSHIFT_POLICY;
    const policy = path === undefined ? Policy.parse({}) : await readPolicyFile(path);
    const base = wishOf(options);
    const wishes = options.incident === undefined ? [base] : await wishesFor(config, options.incident, base);
    if (rest.includes("--json"))
      printJson({ policy: path ?? null, rulings: wishes.map((wish) => ({ wish, ruling: rule(policy, wish) })) });
    else {
      print(path === undefined ? "NIGHTSHIFT_POLICY is not set: observe, nothing is changed" : `${path} is valid`);
      tell(wishes, policy);
    }
    return 0;
  },
};
