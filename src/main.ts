import { readPolicyFile } from "./adapters/policy-file.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./database.ts";
import { openFrontDoor } from "./front-door.ts";
import type { Settings } from "./graph/graph.ts";
import { Policy } from "./incident/policy.ts";
import { openLibrary } from "./library.ts";
import type { Log } from "./log.ts";
import { openModel } from "./model.ts";
import { defaultBudget } from "./nodes/budget.ts";
import { openPeople } from "./people.ts";
import type { Ports } from "./ports/index.ts";
import { type Redactor, redactor } from "./ports/redacted.ts";
import { makeRecorder } from "./replay/record.ts";
import { RecordingCheckpointer } from "./replay/recording-checkpointer.ts";
import { makeResponder } from "./responder/make-responder.ts";
import { startService } from "./responder/service.ts";
import type { WorldPorts } from "./responder/turn-ports.ts";
import { startQueue } from "./store/queue.ts";
import { redactionKey } from "./store/settings.ts";
import { keepVisit } from "./store/tapes.ts";
import { subjectFinder } from "./subjects.ts";
import { type Identities, openIdentities, openWorld } from "./world.ts";

/** Incidents advanced at the same time; most of a turn is waiting for the cluster. */
const slots = 8;

export interface App {
  /** Where it listens. */
  url: string;
  /** Stops taking work, lets the running node end or hands it over, and closes everything in order. */
  stop(): Promise<void>;
}

export interface StartOptions {
  log: Log;
  /** Fits around all ports of a turn; tests kill the process here. */
  wrap?: (ports: Ports) => Ports;
}

const readPolicy = async ({ NIGHTSHIFT_POLICY: path }: Config): Promise<Policy> =>
  path === undefined ? Policy.parse({}) : readPolicyFile(path);

const settingsFor = (config: Config, policy: Policy, redact: Redactor, base: () => string): Settings => ({
  policy,
  budget: defaultBudget,
  approvalMinutes: config.NIGHTSHIFT_APPROVAL_MINUTES,
  settleSeconds: config.NIGHTSHIFT_SETTLE_SECONDS,
  watchSeconds: config.NIGHTSHIFT_WATCH_SECONDS,
  redact: (value) => redact.value(value),
  link: (id) => `${base()}/api/incidents/${id}/report`,
});

const senders = ["PAGERDUTY_WEBHOOK_SECRETS", "ALERTMANAGER_TOKEN", "GRAFANA_WEBHOOK_TOKEN"] as const;

const sayWhatIsMissing = (config: Config, log: Log, policy: Policy): void => {
  const silent = senders.filter((name) => config[name].length === 0);
  if (silent.length === senders.length) log(`no alert can come in: set one of ${senders.join(", ")}`);
  else for (const name of silent) log(`${name} is not set: that webhook answers 503`);
  if (config.NIGHTSHIFT_TOKENS.length === 0) log("NIGHTSHIFT_TOKENS is not set: whoever is on this machine may decide");
  if (policy.mode === "observe") log("policy: observe; nothing will be changed, changes are proposed in words");
  if (config.PROMETHEUS_URL === undefined) log("PROMETHEUS_URL is not set: no metrics, reports say so");
  if (config.NIGHTSHIFT_MODEL === undefined) log("NIGHTSHIFT_MODEL is not set: rules only, reports say so");
};

const compose = async (
  config: Config,
  database: Database,
  identities: Identities,
  { log, wrap }: StartOptions,
): Promise<App> => {
  const policy = await readPolicy(config);
  const redact = redactor(await redactionKey(database.pool));
  const { shelf } = await openLibrary(config.NIGHTSHIFT_RUNBOOKS, log);
  const queue = await startQueue(database.url, (error) => log("the queue had a problem", { error: error.message }));
  const outside = openWorld(config, identities, redact);
  const world: WorldPorts = { ...outside, model: await openModel(config), bookshelf: shelf };
  const store = { pool: database.pool, queue };
  let base = config.NIGHTSHIFT_URL ?? `http://${config.HOST}:${config.PORT}`;
  const settings = settingsFor(config, policy, redact, () => base);
  const subjectOf = subjectFinder(outside.cluster);
  const incidentMinutes = config.NIGHTSHIFT_INCIDENT_MINUTES;
  const responder = makeResponder({
    store,
    world,
    incidentMinutes,
    subjectOf,
    redact: (alert) => redact.value(alert),
    link: settings.link,
  });
  sayWhatIsMissing(config, log, policy);
  const recorder = makeRecorder({ settings, redact: settings.redact, keep: keepVisit(database.pool) });
  const service = await startService({
    store,
    world,
    settings,
    checkpointer: new RecordingCheckpointer(database.pool, recorder),
    wrap: (ports) => recorder.wrap(wrap?.(ports) ?? ports),
    ...openPeople(config, log),
    retentionDays: config.NIGHTSHIFT_RETENTION_DAYS,
    slots,
    log,
  });
  const door = await openFrontDoor(config, responder, database.pool, log);
  base = config.NIGHTSHIFT_URL ?? door.url;
  log("listening", { url: door.url });
  return {
    url: door.url,
    stop: async () => {
      await door.close();
      await service.stop(1_000);
    },
  };
};

/** Reads nothing from the environment and listens once everything behind it answers. */
export const startApp = async (config: Config, options: StartOptions): Promise<App> => {
  const identities = openIdentities(config);
  const database = await openDatabase(config, options.log);
  const closeAll = async (): Promise<void> => {
    await identities.reader.close();
    if (identities.writer !== identities.reader) await identities.writer.close();
    await database.close();
  };
  try {
    const app = await compose(config, database, identities, options);
    return {
      url: app.url,
      stop: async () => {
        try {
          await app.stop();
        } finally {
          await closeAll();
        }
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};
