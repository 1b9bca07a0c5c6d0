import type { Pool } from "pg";
import { readPolicyFile } from "./adapters/policy-file.ts";
import { approverNames } from "./approvers.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./database.ts";
import { openFrontDoor } from "./front-door.ts";
import { Checkpointer } from "./graph/checkpointer.ts";
import type { Settings } from "./graph/graph.ts";
import { changesAllowed, Policy } from "./incident/policy.ts";
import { tooFewApprovers } from "./incident/too-few.ts";
import { indexInTime } from "./index-runbooks.ts";
import { type MeaningSource, openLibrary, shippedLexicon } from "./library.ts";
import { isGuessed, linkBase } from "./link-base.ts";
import type { Log } from "./log.ts";
import { openMcpDoor } from "./mcp-door.ts";
import { openBudgetedModel, openEmbedder, pricesOf } from "./model.ts";
import { watchForNewerBuild } from "./newer-build.ts";
import { defaultBudget } from "./nodes/budget.ts";
import { pageDetails } from "./page-details.ts";
import { deskOf, followsOf, openPagerDutyRest, openPeople } from "./people.ts";
import type { Ports } from "./ports/index.ts";
import { redactor } from "./ports/redacted.ts";
import { purseOf } from "./purse.ts";
import { makeRecorder } from "./replay/record.ts";
import { makeReader, makeResponder } from "./responder/make-responder.ts";
import { startService } from "./responder/service.ts";
import type { WorldPorts } from "./responder/turn-ports.ts";
import { refuseReadableSecrets } from "./secrets-guard.ts";
import { openSources } from "./sources.ts";
import { startQueue } from "./store/queue.ts";
import { redactionKey } from "./store/settings.ts";
import { keepVisit } from "./store/tapes.ts";
import { subjectFinder } from "./subjects.ts";
import { vectorsIn } from "./vectors.ts";
import { openIdentities, openWorld, systemClock } from "./world.ts";

/** Incidents advanced at the same time; most of a turn is waiting for the cluster. */
const slots = 8;
/** The hand-over of what does not end within it fits into a second, too. */
const graceMs = 800;

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
  /** Aborted while it starts: the start ends with an error at the next step, and everything is closed. */
  signal?: AbortSignal;
}

const readPolicy = async ({ NIGHTSHIFT_POLICY: path }: Config): Promise<Policy> =>
  path === undefined ? Policy.parse({}) : readPolicyFile(path);

const settingsFor = (config: Config, { policy, redact, prices }: Ground, base: () => string): Settings => ({
  policy,
  budget: {
    ...defaultBudget,
    inputTokens: config.NIGHTSHIFT_INCIDENT_TOKENS,
    usd: config.NIGHTSHIFT_INCIDENT_USD,
    ...(prices && { prices }),
  },
  approvalMinutes: config.NIGHTSHIFT_APPROVAL_MINUTES,
  settleSeconds: config.NIGHTSHIFT_SETTLE_SECONDS,
  watchSeconds: config.NIGHTSHIFT_WATCH_SECONDS,
  redact: (value) => redact.value(value),
  link: (id) => `${base()}/api/incidents/${id}/report`,
});

const senders = ["PAGERDUTY_WEBHOOK_SECRETS", "ALERTMANAGER_TOKEN", "GRAFANA_WEBHOOK_TOKEN"] as const;

const sayWhatIsMissing = (config: Config, log: Log, policy: Policy): void => {
  const silent = senders.filter((name) => config[name].length === 0);
  if (silent.length === senders.length) log(`no alert can come in: set one of ${senders.join(", ")}`, {}, "warn");
  else for (const name of silent) log(`${name} is not set: that webhook answers 503`);
  if (config.NIGHTSHIFT_TOKENS.length === 0) log("NIGHTSHIFT_TOKENS is not set: whoever is on this machine may decide");
  const changes = changesAllowed(policy);
  if (changes.length === 0) log("policy: observe; nothing will be changed, changes are proposed in words");
  else log(`policy: changes may be made by ${changes.join(", ")}`);
  for (const line of tooFewApprovers(policy, approverNames(config))) log(`policy: ${line}`, {}, "warn");
  if (config.PROMETHEUS_URL === undefined) log("PROMETHEUS_URL is not set: no metrics, reports say so");
  if (config.LOKI_URL === undefined && config.CLOUDWATCH_LOG_GROUP === undefined)
    log("neither LOKI_URL nor CLOUDWATCH_LOG_GROUP is set: logs of pods that are gone are not looked for");
  if (config.NIGHTSHIFT_MODEL === undefined) log("NIGHTSHIFT_MODEL is not set: rules only, reports say so");
  if (config.NIGHTSHIFT_MCP !== undefined && config.NIGHTSHIFT_MODEL === undefined)
    log("NIGHTSHIFT_MCP is set, but there is no model that could ask those servers", {}, "warn");
};

const dayLimit = ({ NIGHTSHIFT_DAILY_TOKENS: tokens, NIGHTSHIFT_DAILY_USD: usd }: Config) => ({ tokens, usd });

type Close = () => Promise<unknown>;

/** In the reverse order of opening; one that fails keeps none of the others open. */
const closeAll = async (opened: Close[]): Promise<void> => {
  const failures: unknown[] = [];
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
    await close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
};

const meaningSource = async (config: Config, pool: Pool): Promise<MeaningSource> => {
  const embedder = openEmbedder(config);
  return embedder === null ? null : { embedder, vectors: await vectorsIn(pool, systemClock.now()) };
};

/** What all else stands on: who we are to the cluster, where things are kept, what is allowed, what must not be seen. */
const openGround = async (config: Config, opened: Close[], { log, signal }: StartOptions) => {
  const identities = openIdentities(config);
  for (const identity of [identities.reader, identities.writer]) opened.push(() => identity.close());
  const database = await openDatabase(config, log);
  opened.push(database.close);
  signal?.throwIfAborted();
  const policy = await readPolicy(config);
  const allowed = config.NIGHTSHIFT_ALLOW_READABLE_SECRETS;
  const guard = await refuseReadableSecrets({ policy, identities, allowed, log });
  const redact = redactor(await redactionKey(database.pool));
  const prices = await pricesOf(config.NIGHTSHIFT_MODEL, config.NIGHTSHIFT_TRIAGE_MODEL);
  return { config, log, identities, database, policy, guard, redact, prices };
};

type Ground = Awaited<ReturnType<typeof openGround>>;

/** All that may be asked of the outside. */
const openOutside = async (ground: Ground, opened: Close[]): Promise<WorldPorts> => {
  const { config, log, identities, database, guard, redact } = ground;
  const meaning = await meaningSource(config, database.pool);
  const { shelf, index } = await openLibrary(config.NIGHTSHIFT_RUNBOOKS, log, meaning);
  // In the background: until it is done, and while the endpoint is down, runbooks are found by words.
  opened.push(indexInTime({ index, log }));
  const outside = openWorld(config, identities, redact);
  const actuator = guard(outside.actuator);
  const asked = await openSources(config, redact);
  if (asked !== null) opened.push(asked.close);
  const model = await openBudgetedModel(config, purseOf(database.pool, systemClock, dayLimit(config)));
  return { ...outside, actuator, model, bookshelf: shelf, sources: asked?.sources ?? null };
};

const compose = async (config: Config, opened: Close[], options: StartOptions): Promise<App> => {
  const { log, wrap, signal } = options;
  const ground = await openGround(config, opened, options);
  const { database, policy, redact } = ground;
  const world = await openOutside(ground, opened);
  const queue = await startQueue(database.url, (error) =>
    log("the queue had a problem", { error: error.message }, "error"),
  );
  opened.push(() => queue.stop(graceMs));
  signal?.throwIfAborted();
  let base = config.NIGHTSHIFT_URL ?? `http://${config.HOST}:${config.PORT}`;
  const settings = settingsFor(config, ground, () => base);
  const store = {
    pool: database.pool,
    queue,
    news: { follows: followsOf(config), desk: deskOf(config), link: settings.link },
  };
  const comingIn = makeResponder({
    store: { ...store, pool: database.intake },
    world,
    incidentMinutes: config.NIGHTSHIFT_INCIDENT_MINUTES,
    subjectOf: subjectFinder(world.cluster),
    redact: (alert) => redact.value(alert),
    link: settings.link,
    redactText: redact.text,
    lexicon: () => shippedLexicon(log),
  });
  const responder = {
    ...comingIn,
    ...makeReader({ pool: database.pool, clock: world.clock, link: settings.link }),
  };
  // Before any work is taken: who cannot listen must not walk incidents either, and links name the port we got.
  const assistants = openMcpDoor(database.url, { link: settings.link, redactor: redact, log });
  opened.push(assistants.close);
  const door = await openFrontDoor(config, { responder, database, mcp: assistants.answer, log });
  opened.push(door.close);
  base = linkBase(config, door.url);
  if (isGuessed(config, door.url)) log("NIGHTSHIFT_URL is not set: links for people are a guess", { base }, "warn");
  sayWhatIsMissing(config, log, policy);
  opened.push(watchForNewerBuild({ newer: database.newer, log }));
  const recorder = makeRecorder({ settings, redact: settings.redact, keep: keepVisit(database.pool) });
  const rest = openPagerDutyRest(config);
  const service = await startService({
    store,
    world,
    settings,
    checkpointer: new Checkpointer(database.pool, { fenced: true, beforeWrites: recorder.flush }),
    wrap: (ports) => recorder.wrap(wrap?.(ports) ?? ports),
    ...openPeople(config, log),
    again: rest === null ? null : { read: pageDetails(rest), take: comingIn.receive },
    retentionDays: config.NIGHTSHIFT_RETENTION_DAYS,
    memoryDays: config.NIGHTSHIFT_MEMORY_DAYS,
    slots,
    log,
  });
  log("listening", { url: door.url });
  // No more requests first: `door.close` is harmless twice.
  opened.push(() => service.stop(graceMs), door.close);
  return { url: door.url, stop: () => closeAll(opened) };
};

/** Reads nothing from the environment and takes work once everything behind it answers. What fails to start leaves nothing open. */
export const startApp = async (config: Config, options: StartOptions): Promise<App> => {
  const opened: Close[] = [];
  try {
    return await compose(config, opened, options);
  } catch (error) {
    await closeAll(opened).catch(() => options.log("what had been opened could not be closed", {}, "error"));
    throw error;
  }
};
