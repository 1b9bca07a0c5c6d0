import { type AccessRow, neededTable } from "../adapters/access-review.ts";
import { readPolicyFile } from "../adapters/policy-file.ts";
import { type Config, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { changesAllowed, namespacesNamed, type Policy } from "../incident/policy.ts";
import { makeLog } from "../log.ts";
import { type Identities, openCloudWatch, openIdentities, openLoki, openMetrics } from "../world.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";
import { deniedLines } from "./doctor-denied.ts";
import { embeddingLine } from "./doctor-embeddings.ts";
import { type DoctorLine, off, tried } from "./doctor-line.ts";
import { peopleLines } from "./doctor-people.ts";
import { serverLines } from "./doctor-servers.ts";
import { writeLines } from "./doctor-writes.ts";

const database = (config: Config): Promise<DoctorLine> =>
  tried("database", async () => {
    const { pool, close } = await openDatabase(config, makeLog("error"), { migrate: false });
    try {
      const { rows } = await pool.query<{ version: string }>("select current_setting('server_version') as version");
      return `Postgres ${rows[0]?.version ?? ""}${config.DATABASE_URL === undefined ? ", embedded" : ""}, migrated`;
    } finally {
      await close();
    }
  });

const metrics = (config: Config): Promise<DoctorLine> => {
  const port = openMetrics(config);
  if (port === null) return Promise.resolve(off("metrics", "set PROMETHEUS_URL"));
  return tried("metrics", async () => `${(await port.instant("up")).length} targets in ${config.PROMETHEUS_URL}`);
};

const clusterNameOf = (config: Config): string => {
  if (config.CLUSTER_NAME !== undefined) return config.CLUSTER_NAME;
  try {
    return openIdentities(config).reader.clusterName;
  } catch {
    // What is wrong with the kubeconfig is told where the cluster is.
    return "";
  }
};

const loki = (config: Config): Promise<DoctorLine> => {
  const port = openLoki(config);
  if (port === null) return Promise.resolve(off("logs in loki", "set LOKI_URL"));
  return tried("logs in loki", () => port.check());
};

const cloudWatch = (config: Config): Promise<DoctorLine> => {
  const { CLOUDWATCH_LOG_GROUP: group } = config;
  const port = group === undefined ? null : openCloudWatch(config, clusterNameOf(config));
  if (port === null) return Promise.resolve(off("logs in cloudwatch", "set CLOUDWATCH_LOG_GROUP"));
  return tried("logs in cloudwatch", () => port.check());
};

const settings = (config: Config): DoctorLine[] => {
  const rows: [string, boolean, string][] = [
    ["alertmanager webhook", config.ALERTMANAGER_TOKEN.length > 0, "set ALERTMANAGER_TOKEN"],
    ["pagerduty webhook", config.PAGERDUTY_WEBHOOK_SECRETS.length > 0, "set PAGERDUTY_WEBHOOK_SECRETS"],
    ["paging", config.PAGERDUTY_ROUTING_KEY !== undefined, "set PAGERDUTY_ROUTING_KEY"],
    ["model", config.NIGHTSHIFT_MODEL !== undefined, "set NIGHTSHIFT_MODEL; without it rules only"],
  ];
  return rows.map(([what, set, hint]) => (set ? { what, state: "ok", detail: "configured" } : off(what, hint)));
};

const stateDenied = { needed: "bad", optional: "off", denied: "ok" } as const;

const rightOf = ({ verb, resource, want, allowed }: AccessRow): DoctorLine => ({
  what: `${verb} ${resource}`,
  state: allowed ? "ok" : stateDenied[want],
  detail: allowed ? "allowed" : `denied (${want}): evidence of this kind will be missing`,
});

interface Places {
  /** What was asked for by name. */
  namespaces: readonly string[];
  /** Null: there is none, or it cannot be read. */
  policy: Policy | null;
}

const rightsOf = async (
  identities: Identities,
  { namespaces, policy }: Places,
  areTwo: boolean,
): Promise<DoctorLine[]> => {
  const { reader, writer } = identities;
  try {
    const rights = await neededTable(reader);
    const named = policy === null ? [] : namespacesNamed(policy);
    const denied = await deniedLines(identities, [...new Set([...namespaces, ...named])], areTwo);
    const changes = await writeLines(writer, policy, namespaces);
    const answers: DoctorLine = { what: "cluster", state: "ok", detail: reader.clusterName };
    return [answers, ...rights.map(rightOf), ...changes, ...denied];
  } finally {
    await reader.close();
    await writer.close();
  }
};

const cluster = async (config: Config, places: Places): Promise<DoctorLine[]> => {
  try {
    return await rightsOf(openIdentities(config), places, config.KUBECONFIG_WRITER !== undefined);
  } catch (error) {
    return [{ what: "cluster", state: "bad", detail: error instanceof Error ? error.message : String(error) }];
  }
};

const namespacesOf = (args: readonly string[]): string[] => {
  const at = args.indexOf("--namespace");
  if (at < 0) return [];
  const names = args[at + 1];
  if (names === undefined || names.startsWith("--")) throw new UsageError("--namespace needs names, comma separated");
  return names.split(",").filter((name) => name !== "");
};

/** A file that is broken is told, as at a start. */
const policyOf = async ({ NIGHTSHIFT_POLICY: path }: Config): Promise<{ line: DoctorLine; policy: Policy | null }> => {
  if (path === undefined) return { line: off("policy", "set NIGHTSHIFT_POLICY; without it observe"), policy: null };
  let policy: Policy | null = null;
  const line = await tried("policy", async () => {
    policy = await readPolicyFile(path);
    const changes = changesAllowed(policy);
    const made = changes.length === 0 ? "nothing is changed" : `changes may be made by ${changes.join(", ")}`;
    return `mode ${policy.mode}, ${policy.rules.length} rules; ${made}`;
  });
  return { line, policy };
};

const marks = { ok: "✓", bad: "✗", off: "–" } as const;

export const doctor: Command = {
  usage: "doctor [--namespace A,B] [--json]",
  summary: "says for each dependency whether it answers, and which rights are there or must not be",
  help: () =>
    "--namespace asks what the writer may change there. Everywhere, there and in each namespace that policy names it asks for everything that must be denied: Secrets, exec, RBAC, namespaces, claims, CRDs, admission, and whatever the catalogue does not do; with KUBECONFIG_WRITER of each identity by itself, and the reader must be denied every change. Where policy names a namespace it asks what the writer may do of what policy could make it do there, and on nodes. Exit code 1 when something needed does not answer, or a right is there that must not be (get secrets).",
  run: async (args) => {
    const config = readConfig(process.env);
    const { line, policy } = await policyOf(config);
    const lines = [
      await database(config),
      line,
      await metrics(config),
      await loki(config),
      await cloudWatch(config),
      ...settings(config),
      ...(await peopleLines(config)),
      ...(await serverLines(config)),
      await embeddingLine(config),
      ...(await cluster(config, { namespaces: namespacesOf(args), policy })),
    ];
    if (args.includes("--json")) printJson({ findings: lines });
    else for (const { what, state, detail } of lines) print(`${marks[state]} ${what.padEnd(36)} ${detail}`);
    return lines.some(({ state }) => state === "bad") ? 1 : 0;
  },
};
