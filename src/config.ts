import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Variable } from "./config-table.ts";

const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const text = z.string().trim();
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const secrets = text.default("").transform(list);
const basicAuth = text.regex(/^[^:]+:.+$/, "must be user:password");
const flag = z.stringbool({ error: "must be true or false" });
const modelName = (example: string) => text.regex(/^[a-z]+:.+$/, `must be provider:model, e.g. ${example}`);
const count = (fallback: number, min: number, max: number) =>
  z.coerce.number({ error: "must be a number" }).min(min).max(max).default(fallback);

const roles = ["viewer", "approver", "admin"] as const;
const Token = text.transform((line, context) => {
  const [name, role, ...rest] = line.split(":");
  const token = rest.join(":");
  const known = roles.find((one) => one === role);
  if (!name || known === undefined || token === "") {
    context.addIssue("each entry must be name:role:token with role viewer, approver or admin");
    return z.NEVER;
  }
  return { name, role: known, token };
});

const SlackApprover = text.transform((line, context) => {
  const [user = "", name, role, ...rest] = line.split(":");
  const known = roles.find((one) => one === role);
  if (!/^[UW][A-Z0-9]{2,20}$/.test(user) || !name || known === undefined || rest.length > 0) {
    context.addIssue("each entry must be slack-user-id:name:role, e.g. U012AB3CD:ana:approver");
    return z.NEVER;
  }
  return { user, name, role: known };
});

const logParts = ["namespace", "pod", "container"] as const;
const LogLabel = text.transform((line, context) => {
  const [part, label, ...rest] = line.split("=");
  const known = logParts.find((one) => one === part);
  if (known === undefined || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label ?? "") || rest.length > 0) {
    context.addIssue("each entry must be namespace=label, pod=label or container=label");
    return z.NEVER;
  }
  return { part: known, label: label ?? "" };
});

const SigningSecret = text.refine(
  (secret) => !secret.startsWith("whsec_") || /^whsec_[A-Za-z0-9+/]{4,}={0,2}$/.test(secret),
  "what begins with whsec_ must go on in base64",
);

const Environment = z.object({
  HOST: text.default("127.0.0.1"),
  PORT: count(8080, 0, 65535),
  NIGHTSHIFT_URL: httpUrl.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }).optional(),
  NIGHTSHIFT_DATA_DIR: text.optional(),
  KUBECONFIG: text.optional(),
  KUBE_CONTEXT: text.optional(),
  CLUSTER_NAME: text.optional(),
  KUBECONFIG_WRITER: text.optional(),
  PROMETHEUS_URL: httpUrl.optional(),
  PROMETHEUS_TOKEN: text.optional(),
  PROMETHEUS_BASIC_AUTH: basicAuth.optional(),
  LOKI_URL: httpUrl.optional(),
  LOKI_TENANT: text.optional(),
  LOKI_TOKEN: text.optional(),
  LOKI_BASIC_AUTH: basicAuth.optional(),
  LOKI_LABELS: secrets.pipe(z.array(LogLabel)),
  GRAFANA_URL: httpUrl.optional(),
  GRAFANA_TOKEN: text.optional(),
  CLOUDWATCH_LOG_GROUP: text
    .regex(/^[\w./#-]{1,512}$/, "must be the name of a log group, or container-insights")
    .optional(),
  NIGHTSHIFT_TOKENS: secrets.pipe(z.array(Token)),
  NIGHTSHIFT_POLICY: text.optional(),
  NIGHTSHIFT_ALLOW_READABLE_SECRETS: flag.default(false),
  NIGHTSHIFT_RUNBOOKS: text.optional(),
  PAGERDUTY_WEBHOOK_SECRETS: secrets,
  ALERTMANAGER_TOKEN: secrets,
  GRAFANA_WEBHOOK_TOKEN: secrets,
  PAGERDUTY_API_TOKEN: text.optional(),
  PAGERDUTY_FROM: text.optional(),
  PAGERDUTY_ROUTING_KEY: text.optional(),
  PAGERDUTY_ESCALATION_POLICY: text
    .regex(/^[A-Z0-9]+$/i, "must be the id of an escalation policy, e.g. PABC123")
    .optional(),
  PAGERDUTY_ACKNOWLEDGE: flag.default(true),
  PAGERDUTY_API_URL: httpUrl.default("https://api.pagerduty.com"),
  PAGERDUTY_EVENTS_URL: httpUrl.default("https://events.pagerduty.com"),
  SLACK_BOT_TOKEN: text.optional(),
  SLACK_CHANNEL: text.optional(),
  SLACK_SIGNING_SECRET: secrets,
  SLACK_APPROVERS: secrets.pipe(z.array(SlackApprover)),
  SLACK_TEAM_ID: text.optional(),
  SLACK_APP_ID: text.optional(),
  SLACK_API_URL: httpUrl.default("https://slack.com/api/"),
  NIGHTSHIFT_WEBHOOK_URL: httpUrl.optional(),
  NIGHTSHIFT_WEBHOOK_SECRET: secrets.pipe(z.array(SigningSecret)),
  OPENAI_API_KEY: text.optional(),
  OPENAI_BASE_URL: httpUrl.default("https://api.openai.com/v1"),
  ANTHROPIC_API_KEY: text.optional(),
  ANTHROPIC_BASE_URL: httpUrl.default("https://api.anthropic.com"),
  AZURE_OPENAI_API_KEY: text.optional(),
  AZURE_OPENAI_ENDPOINT: httpUrl.optional(),
  NIGHTSHIFT_MODEL: modelName("openai:gpt-5").optional(),
  NIGHTSHIFT_TRIAGE_MODEL: modelName("openai:gpt-5-nano").optional(),
  NIGHTSHIFT_INCIDENT_TOKENS: count(60_000, 0, 100_000_000),
  NIGHTSHIFT_INCIDENT_USD: count(0.5, 0, 100_000),
  NIGHTSHIFT_DAILY_TOKENS: count(2_000_000, 0, 100_000_000_000),
  NIGHTSHIFT_DAILY_USD: count(20, 0, 10_000_000),
  NIGHTSHIFT_EMBEDDING_MODEL: modelName("openai:text-embedding-3-small").optional(),
  NIGHTSHIFT_MCP: text.optional(),
  NIGHTSHIFT_SETTLE_SECONDS: count(30, 0, 3600),
  NIGHTSHIFT_WATCH_SECONDS: count(120, 1, 7200),
  NIGHTSHIFT_APPROVAL_MINUTES: count(60, 0.05, 10_080),
  NIGHTSHIFT_INCIDENT_MINUTES: count(15, 0.05, 1440),
  NIGHTSHIFT_RETENTION_DAYS: count(30, 1, 3650),
  NIGHTSHIFT_MEMORY_DAYS: count(180, 1, 3650),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
} satisfies Record<Variable, z.ZodType>);

type Env = z.infer<typeof Environment>;

export type Config = Env & { dataDir: string };

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `the environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\nSee nightshift serve --help.`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

const keyMissing = (env: Env, variable: string, provider: "OPENAI" | "ANTHROPIC", hosted: string): string[] =>
  env[`${provider}_API_KEY`] === undefined && new URL(env[`${provider}_BASE_URL`]).hostname === hosted
    ? [`${provider}_API_KEY: needed for ${variable}, unless ${provider}_BASE_URL is a server of your own`]
    : [];

/** A model that could never answer: better said now, with everything else, than after the database has started. */
const unusableModel = (env: Env, variable: "NIGHTSHIFT_MODEL" | "NIGHTSHIFT_TRIAGE_MODEL"): string[] => {
  const model = env[variable];
  if (model === undefined) return [];
  if (model.startsWith("openai:")) return keyMissing(env, variable, "OPENAI", "api.openai.com");
  if (model.startsWith("anthropic:")) return keyMissing(env, variable, "ANTHROPIC", "api.anthropic.com");
  if (model.startsWith("azure:"))
    return (["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"] as const)
      .filter((needed) => env[needed] === undefined)
      .map((needed) => `${needed}: needed for ${variable} ${model}`);
  return [
    `${variable}: ${model} is of no known provider; say openai:<model>, with OPENAI_BASE_URL for any other, anthropic:<model> or azure:<deployment>`,
  ];
};

const unusableModels = (env: Env): string[] => [
  ...unusableModel(env, "NIGHTSHIFT_MODEL"),
  ...unusableModel(env, "NIGHTSHIFT_TRIAGE_MODEL"),
  ...(env.NIGHTSHIFT_TRIAGE_MODEL !== undefined && env.NIGHTSHIFT_MODEL === undefined
    ? ["NIGHTSHIFT_MODEL: needed beside NIGHTSHIFT_TRIAGE_MODEL, for what that one is not sure of"]
    : []),
];

/** As with the model: an endpoint that can never answer is said now. */
const unusableEmbedding = (env: Env): string[] => {
  const { NIGHTSHIFT_EMBEDDING_MODEL: model } = env;
  if (model === undefined) return [];
  if (model.startsWith("openai:")) return keyMissing(env, "NIGHTSHIFT_EMBEDDING_MODEL", "OPENAI", "api.openai.com");
  return [
    `NIGHTSHIFT_EMBEDDING_MODEL: ${model} is of no known provider; say openai:<model>, and OPENAI_BASE_URL for any other`,
  ];
};

/** What is wrong although each variable is right by itself. */
const conflicts = (env: Env): string[] => {
  const found: string[] = [];
  if (!loopback.has(env.HOST) && env.NIGHTSHIFT_TOKENS.length === 0) {
    found.push(`HOST: ${env.HOST} is reachable by others; set NIGHTSHIFT_TOKENS or listen on 127.0.0.1`);
  }
  if ((env.SLACK_BOT_TOKEN === undefined) !== (env.SLACK_CHANNEL === undefined)) {
    found.push("SLACK_BOT_TOKEN, SLACK_CHANNEL: set both or none");
  }
  if (env.PAGERDUTY_API_TOKEN !== undefined && env.PAGERDUTY_FROM === undefined) {
    found.push("PAGERDUTY_FROM: needed beside PAGERDUTY_API_TOKEN, an e-mail address of a user of the account");
  }
  if ((env.NIGHTSHIFT_WEBHOOK_URL === undefined) !== (env.NIGHTSHIFT_WEBHOOK_SECRET.length === 0)) {
    found.push("NIGHTSHIFT_WEBHOOK_URL, NIGHTSHIFT_WEBHOOK_SECRET: set both or none; what is sent there is signed");
  }
  if (env.LOKI_TOKEN !== undefined && env.LOKI_BASIC_AUTH !== undefined) {
    found.push("LOKI_TOKEN, LOKI_BASIC_AUTH: set one of them, not both");
  }
  if ((env.GRAFANA_URL === undefined) !== (env.GRAFANA_TOKEN === undefined)) {
    found.push("GRAFANA_URL, GRAFANA_TOKEN: set both or none; annotations need a service account");
  }
  return [...found, ...unusableModels(env), ...unusableEmbedding(env)];
};

const dataHome = (env: Record<string, string | undefined>): string =>
  join(env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "nightshift");

/** Reads the environment once. An empty variable counts as absent. */
export const readConfig = (environment: Record<string, string | undefined>): Config => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path[0]?.toString() ?? ""}: ${message}`));
  }
  const problems = conflicts(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, dataDir: parsed.data.NIGHTSHIFT_DATA_DIR ?? dataHome(given) };
};
