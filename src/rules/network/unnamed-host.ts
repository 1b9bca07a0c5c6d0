import { sourceFile } from "../logs/missing.ts";
import { type Running, settingTexts } from "../world/containers.ts";
import type { LogText } from "../world/log-text.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { peerOf } from "./dependency.ts";
import { hostVerdict, type Verdict } from "./host-verdict.ts";
import { readyAddresses, selectedWorkloads } from "./services.ts";

const unreachable =
  /refused|timed? ?out|unreachable|ConnectionError\b|name resolution|not known|no such host|ENOTFOUND|EAI_AGAIN|gaierror|no route to host/i;

const hostShapes: readonly RegExp[] = [
  /(?:^|[^\w.:/-])([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5})\b/g,
  /\/\/(?:[^@/\s"']*@)?([a-z][a-z0-9.-]*[a-z0-9])(?::(\d{2,5}))?/g,
  /["']([a-z0-9][a-z0-9.-]*[a-z0-9])["'], ?(\d{2,5})\b/g,
  /(?:^|[^\w.:/-])(\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})\b/g,
  // Connection strings of .NET and libpq.
  /\b(?:host|server|data source)=(?:tcp:)?([a-z][a-z0-9.-]*[a-z0-9])(?:(?:,|;port=| port=)(\d{2,5}))?/gi,
];
const itself = /^(?:localhost|0\.0\.0\.0|127\.[\d.]+|\d+)$/;

const connects =
  /refused|unreachable|connect|resol|lookup|dial|getaddrinfo|not known|no such host|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|no route|reach|socket|\b(?:get|post|put|head|fetch|request|call)\w*\b|(?:host(?:name)?|ur[il]|address|endpoint)["']?\s*[:=]/i;

/** A host outside that only stands near the error: no line with it speaks of a connection. */
const merelyNear = (text: string, one: Verdict, host: string): Verdict =>
  one.class === "dependency-unavailable" &&
  one.related === undefined &&
  !text.split("\n").some((line) => line.includes(host) && connects.test(line.replaceAll(host, "")))
    ? { ...one, confidence: Math.min(one.confidence, 0.8) }
    : one;

/** What a program speaks to, by the words of its errors and of its settings. */
const trades: readonly RegExp[] = [
  /postgres|psycopg|\bpq:|npgsql|:5432\b/i,
  /mysql|maria|:3306\b/i,
  /redis|:6379\b/i,
  /mongo|:27017\b/i,
  /amqp|rabbit|pika|:5672\b/i,
  /kafka|:9092\b/i,
  /smtp|:(?:25|465|587)\b/i,
  /ldap|:(?:389|636)\b/i,
  /elastic|opensearch|:9200\b/i,
];

/** The one host outside that the settings name is a guess, unless the error and its setting speak of the same trade. */
const guessed = (text: string, settings: string, one: Verdict, host: string): Verdict => {
  const named = settings.split("\n").filter((line) => line.includes(host));
  const same = trades.some((trade) => trade.test(text) && named.some((line) => trade.test(line)));
  return same ? one : { ...one, confidence: Math.min(one.confidence, 0.8) };
};

interface Named {
  host: string;
  port: number | null;
}

/** "(see https://docs.example.com/E12)" is for its reader, and nothing that the program asks. */
const reference =
  /\b(?:see|visit|docs?|documentation|refer to|read|guide|help|details|more info\w*|report\w*|issues?|learn more)\b[^/\n]{0,20}https?:\/\/\S+/gi;

/** Everything in a text that is written like a host. */
export const hostsIn = (text: string): Named[] => {
  const all = hostShapes
    .flatMap((shape) => [...text.slice(0, 20_000).replace(reference, "").matchAll(shape)])
    .map(([, host = "", port]) => ({ host, port: port ? Number(port) : null }))
    .filter(({ host }) => !sourceFile.test(host) && !itself.test(host));
  return [...new Map(all.map((one) => [one.host, one])).values()];
};

const settingsOf = ({ spec }: Running): string => (spec ? settingTexts(spec).join("\n") : "");

const namesHost = /host|addr|server|broker|endpoint|url|uri|dsn|upstream|node/i;
const bareHost = /^(?:[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*|\d{1,3}(?:\.\d{1,3}){3})$/;

/** Variables whose whole value is a host, by their names. */
const hostVariables = ({ spec }: Running): Named[] =>
  (spec?.env ?? [])
    .filter(({ name, value = "" }) => namesHost.test(name) && bareHost.test(value) && !itself.test(value))
    .map(({ value = "" }) => ({ host: value, port: null }));

/** Services of the namespace that a text names by their bare name. */
const servicesIn = (world: World, { pod }: Running, text: string): Named[] => {
  const words = new Set(text.split(/[^A-Za-z0-9-]+/));
  return world
    .list("Service")
    .filter(({ metadata }) => metadata.namespace === pod.metadata.namespace && words.has(metadata.name))
    .map(({ metadata }) => ({ host: metadata.name, port: null }));
};

const broken = (
  world: World,
  running: Running,
  hosts: readonly Named[],
  outside: boolean,
  text: string | null = null,
): Verdict[] => {
  const verdicts = hosts
    .filter(({ host }) => outside || peerOf(world, host, running.pod.metadata.namespace ?? "").kind !== "outside")
    .flatMap(({ host, port }) => {
      const one = hostVerdict(world, running, host, port);
      return one ? [text === null ? one : merelyNear(text, one, host)] : [];
    });
  return [
    ...new Map(verdicts.map((one) => [`${one.class} ${one.object ? keyOf(one.object) : one.words}`, one])).values(),
  ];
};

/** A program that cannot connect, and whose error does not say where in so many words: its trace, settings or last lines do. */
export const unnamedHostVerdict = (
  world: World,
  running: Running,
  blast: readonly string[],
  log: LogText | null,
): Verdict | null => {
  const text = blast.join("\n");
  if (!unreachable.test(text)) return null;
  const settings = settingsOf(running);
  const last = (log?.lines.slice(-15) ?? []).join("\n");
  const near = broken(world, running, [...hostsIn(text), ...hostsIn(last)], true, `${text}\n${last}`);
  const far = broken(
    world,
    running,
    [...servicesIn(world, running, `${settings}\n${last}`), ...hostsIn(settings), ...hostVariables(running)],
    false,
  );
  // Nobody in the cluster is to blame: the one host outside of it that its settings name is what it may have asked for.
  const named = near.length + far.length > 0 || /localhost|127\.0\.0\.1/.test(text) ? [] : hostsIn(settings);
  const abroad = named.flatMap((one) =>
    broken(world, running, [one], true).map((verdict) => guessed(text, settings, verdict, one.host)),
  );
  return [near, far, abroad].find((verdicts) => verdicts.length === 1)?.[0] ?? null;
};

/** A peer that could not be reached, in words that nothing else says. */
const noPeer =
  /connection ?refused|refused (?:to connect|the (?:network )?connection)|actively refused|network is unreachable|host (?:is )?unreachable|name resolution|name or service not known|no such host|ENOTFOUND|EAI_AGAIN|gaierror|no route to host|ETIMEDOUT|connect(?:ion)?(?: attempt)? ?timed? ?out|ConnectTimeout/i;

const mostOffered = 3;

/** Services beside it that lead nowhere; its own does as long as it is down. */
const deadServices = (world: World, { pod }: Running): string[] => {
  const own = keyOf(world.rootOf(pod));
  return world
    .list("Service")
    .filter(
      (one) =>
        one.metadata.namespace === pod.metadata.namespace &&
        one.spec.type !== "ExternalName" &&
        readyAddresses(world, one) === 0 &&
        !selectedWorkloads(world, one).some((workload) => keyOf(refOf(workload)) === own),
    )
    .map(({ metadata }) => metadata.name);
};

/** Its settings may name the peer where nobody has read them: no error of the program itself, and no known one either. */
export const unsaidPeerVerdict = (world: World, running: Running, text: string): Verdict | null => {
  if (!noPeer.test(text) || hostsIn(text).length > 0 || /localhost|127\.0\.0\.1|\[::1\]/.test(text)) return null;
  const dead = deadServices(world, running).slice(0, mostOffered);
  return {
    class: "dependency-unavailable",
    words: `something it connects to could not be reached, and the error does not say what${
      dead.length > 0 ? `; without a ready endpoint beside it: ${dead.map((name) => `Service ${name}`).join(", ")}` : ""
    }`,
    confidence: 0.75,
    disproof: "all that its settings name answers from inside the pod",
  };
};
