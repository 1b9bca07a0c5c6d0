/** One row per environment variable: what it means and its default. `nightshift serve --help` prints this. */
export const variables = {
  HOST: ["address to listen on; another than loopback needs NIGHTSHIFT_TOKENS", "127.0.0.1"],
  PORT: ["port to listen on", "8080"],
  NIGHTSHIFT_URL: ["address people reach it by, for links", "http://HOST:PORT"],
  DATABASE_URL: ["Postgres 15 or newer; absent: the embedded one", ""],
  NIGHTSHIFT_DATA_DIR: ["where the embedded Postgres keeps its data", "the user's data folder"],
  KUBECONFIG: ["as kubectl; inside a cluster the service account is used", "~/.kube/config"],
  KUBE_CONTEXT: ["context of the kubeconfig", "its current one"],
  CLUSTER_NAME: ["what people call the cluster", "the context's cluster"],
  KUBECONFIG_WRITER: ["second identity, used for changes only", "the first"],
  PROMETHEUS_URL: ["metrics; path prefixes are kept", ""],
  PROMETHEUS_TOKEN: ["bearer token for it", ""],
  PROMETHEUS_BASIC_AUTH: ["user:password for it", ""],
  LOKI_URL: ["logs of pods that are gone; path prefixes are kept", ""],
  LOKI_TENANT: ["X-Scope-OrgID, where that Loki has tenants", ""],
  LOKI_TOKEN: ["bearer token for it", ""],
  LOKI_BASIC_AUTH: ["user:password for it", ""],
  LOKI_LABELS: ["namespace=label,pod=label,container=label", "the usual ones, as far as Loki has them"],
  GRAFANA_URL: ["is marked what happens to incidents, as annotations", ""],
  GRAFANA_TOKEN: ["service account token with annotations:create and annotations:read", ""],
  CLOUDWATCH_LOG_GROUP: ["log group of the pods; container-insights: /aws/containerinsights/CLUSTER/application", ""],
  NIGHTSHIFT_TOKENS: ["name:role:token, comma separated; roles viewer, approver, admin", ""],
  NIGHTSHIFT_POLICY: ["policy file; absent: mode observe (look, never touch)", ""],
  NIGHTSHIFT_ALLOW_READABLE_SECRETS: ["true: start in approve or auto mode although Secrets are readable", "false"],
  NIGHTSHIFT_RUNBOOKS: ["folders of your runbooks, comma separated; found before the shipped ones", ""],
  PAGERDUTY_WEBHOOK_SECRETS: ["comma separated; absent: that webhook answers 503", ""],
  ALERTMANAGER_TOKEN: ["bearer token, or user:password for basic, comma separated; absent: 503", ""],
  GRAFANA_WEBHOOK_TOKEN: ["bearer token, or secret of its HMAC signature, comma separated; absent: 503", ""],
  PAGERDUTY_API_TOKEN: ["reads alert details, writes notes, acknowledges, escalates, resolves", ""],
  PAGERDUTY_FROM: ["e-mail of the PagerDuty user that writes", ""],
  PAGERDUTY_ROUTING_KEY: ["Events v2 key, to page when the alert came from elsewhere", ""],
  PAGERDUTY_ESCALATION_POLICY: ["id of the policy that takes over where a person is needed", "the incident's own"],
  PAGERDUTY_ACKNOWLEDGE: ["false: PagerDuty's incidents ring on while Nightshift works", "true"],
  PAGERDUTY_API_URL: ["REST address", "https://api.pagerduty.com"],
  PAGERDUTY_EVENTS_URL: ["Events v2 address", "https://events.pagerduty.com"],
  SLACK_BOT_TOKEN: ["bot token with chat:write", ""],
  SLACK_CHANNEL: ["channel id for incident cards", ""],
  SLACK_SIGNING_SECRET: ["comma separated; absent: POST /webhooks/slack answers 503", ""],
  SLACK_APPROVERS: ["slack-user-id:name:role, comma separated: who may decide by button", ""],
  SLACK_TEAM_ID: ["workspace that clicks must come from", "any that signs"],
  SLACK_APP_ID: ["app that clicks must come from", "any that signs"],
  SLACK_API_URL: ["Slack Web API address", "https://slack.com/api/"],
  NIGHTSHIFT_WEBHOOK_URL: [
    "is posted what happens to incidents; the page where neither PagerDuty nor Slack is set",
    "",
  ],
  NIGHTSHIFT_WEBHOOK_SECRET: ["signs it; whsec_<base64> or any text, comma separated while it changes", ""],
  OPENAI_API_KEY: ["key of the model provider", ""],
  OPENAI_BASE_URL: ["any OpenAI-compatible address", "https://api.openai.com/v1"],
  ANTHROPIC_API_KEY: ["key for anthropic:<model>", ""],
  ANTHROPIC_BASE_URL: ["Anthropic-compatible address", "https://api.anthropic.com"],
  AZURE_OPENAI_API_KEY: ["key for azure:<deployment>", ""],
  AZURE_OPENAI_ENDPOINT: ["address of that Azure resource", ""],
  NIGHTSHIFT_MODEL: ["provider:model, e.g. openai:gpt-5; absent: rules only", ""],
  NIGHTSHIFT_TRIAGE_MODEL: ["a cheap model that is asked first; absent: NIGHTSHIFT_MODEL alone", ""],
  NIGHTSHIFT_EMBEDDING_MODEL: ["provider:model for runbooks by meaning; absent: by words", ""],
  NIGHTSHIFT_MCP: ["file of MCP servers whose read-only tools the model may ask; absent: none", ""],
  NIGHTSHIFT_SETTLE_SECONDS: ["wait after a change before looking", "30"],
  NIGHTSHIFT_WATCH_SECONDS: ["how long it must hold", "120"],
  NIGHTSHIFT_APPROVAL_MINUTES: ["how long an approval may be given", "60"],
  NIGHTSHIFT_INCIDENT_MINUTES: ["deadline until a person is paged", "15"],
  NIGHTSHIFT_RETENTION_DAYS: ["days that an incident is kept after its end", "30"],
  NIGHTSHIFT_MEMORY_DAYS: ["days that a closed incident is remembered", "180"],
  LOG_LEVEL: ["debug, info, warn, error", "info"],
} as const satisfies Record<string, readonly [meaning: string, fallback: string]>;

export type Variable = keyof typeof variables;

export const variableTable = (): string => {
  const width = Math.max(...Object.keys(variables).map((name) => name.length));
  return Object.entries(variables)
    .map(
      ([name, [meaning, fallback]]) =>
        `  ${name.padEnd(width)}  ${meaning}${fallback ? ` (default: ${fallback})` : ""}`,
    )
    .join("\n");
};
