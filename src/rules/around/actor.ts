import type { Finding } from "../../incident/diagnosis.ts";
import { spanText } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { keyOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { type Change, type Part, whatOf } from "./change.ts";
import type { Remark } from "./remarks.ts";

interface Touch {
  /** The parts that a class of fault names. */
  readonly parts: RegExp;
  readonly called: string;
  /** What may have led to it as well, although the fault does not name it. */
  readonly perhaps?: RegExp;
}

const program = /^(?:image|command|env .*|env sources|checksum of settings)$/;

/** Which part of a change a class names. What is not here may be led to by any part. */
const about: readonly (readonly [classes: RegExp, touch: Touch])[] = [
  [
    /^oom-|^shared-memory|^pod-sandbox/,
    { parts: /^memory limit$|^container added$/, called: "its memory limit", perhaps: program },
  ],
  [
    /^request-exceeds|^insufficient|^limit-range|^quota-/,
    { parts: /(?:request|limit)$|^replicas$|^scaled$|^container added$/, called: "its requests or its count" },
  ],
  [/^image-ref-or-pull-policy/, { parts: /^image(?: pull policy)?$|^container added$/, called: "its image" }],
  [
    /^image-pull-unauthorized/,
    { parts: /^image(?: pull secrets)?$|^service account$|^container added$/, called: "its image or pull secrets" },
  ],
  [/^image-/, { parts: /^image$|^container added$/, called: "its image" }],
  [
    /^liveness-probe/,
    {
      parts: /^(?:liveness|startup) probe$|^container added$/,
      called: "its liveness or startup probe",
      perhaps: /^(?:image|command|env .*|ports|cpu limit)$/,
    },
  ],
  [
    /^readiness-probe/,
    {
      parts: /^readiness probe$|^container added$/,
      called: "its readiness probe",
      perhaps: /^(?:image|command|env .*|ports)$/,
    },
  ],
  [
    /^app-not-ready|^app-hang/,
    { parts: new RegExp(`${program.source}|probe$|^ports$`), called: "its program or probes" },
  ],
  [
    /^app-crash|^process-exits|^command-not-found|^init-container|^start-/,
    { parts: new RegExp(`${program.source}|^volume|^container added$`), called: "its image, command or settings" },
  ],
  [/^env-var/, { parts: /^env |^checksum of settings$/, called: "its variables", perhaps: /^(?:image|command)$/ }],
  [
    /^config|^secret/,
    { parts: /^env |^volume|^checksum of settings$/, called: "what it takes its settings from", perhaps: /^image$/ },
  ],
  [
    /^security-context|^pod-security/,
    {
      parts: /security context$|^volume|^host network$/,
      called: "its security context",
      perhaps: /^(?:image|command)$/,
    },
  ],
  [/^cpu-/, { parts: /^cpu limit$/, called: "its CPU limit", perhaps: program }],
  [/^scaled-to-zero/, { parts: /^replicas$|^scaled$/, called: "its count" }],
  [/^service-(?!account)/, { parts: /selector|ports|TrafficPolicy/, called: "its ports or selector" }],
  [/^service-account|^rbac-/, { parts: /^service account$/, called: "its service account" }],
  [
    /^node-selector|^taint-|^anti-affinity|^volume-node-affinity/,
    { parts: /^node selector$|affinity$|^tolerations$|^topology spread$/, called: "where it may run" },
  ],
  [/^pvc-|^volume-|^storage-/, { parts: /^volume/, called: "its volumes" }],
  [/^pod-port/, { parts: /^ports$|^container added$|^env |^command$/, called: "its ports" }],
  [/^lifecycle-/, { parts: /^lifecycle hooks$/, called: "its hooks", perhaps: program }],
];

/** These lead to no fault by themselves. */
const idle = /^(?:pod labels|pod annotations|image pull policy)$/;

/** Words of the outside name nothing that we say. */
const ownWords = (statement: string): string => statement.replace(/“[^”]*”/g, "");

interface Wanted {
  readonly called: string;
  readonly touches: (part: Part) => boolean;
  readonly perhaps: (part: Part) => boolean;
}

const hasWord = (text: string, word: string): boolean =>
  text.split(/[^\w.-]+/).some((one) => one === word || one === `${word}.`);

/** The parts that this finding names: of its container, and the very variable or object where it says one. */
const wantedBy = ({ class: name, statement, related }: Finding, parts: readonly Part[]): Wanted => {
  const said = ownWords(statement);
  const containers = new Set(parts.flatMap(({ container }) => container ?? []));
  const named = [...said.matchAll(/\bcontainer ([^\s,;:()]+)/g)]
    .map(([, one = ""]) => one.replace(/\.$/, ""))
    .filter((one) => containers.has(one));
  const isOf = ({ container }: Part): boolean => container === null || named.length === 0 || named.includes(container);
  const touch = about.find(([classes]) => classes.test(name))?.[1];
  if (!touch) return { called: "", touches: (part) => isOf(part) && !idle.test(part.name), perhaps: () => false };
  const variable = /^env-var/.test(name) ? /\bvariable ([A-Za-z_][\w.-]*)/.exec(said)?.[1] : undefined;
  const isVariable = (part: Part): boolean =>
    variable === undefined ||
    !part.name.startsWith("env ") ||
    part.name === "env sources" ||
    part.name === `env ${variable}`;
  const refs = /^config|^secret/.test(name) ? related.map((one) => one.name) : [];
  const isRef = ({ name: part, values }: Part): boolean =>
    !/^config|^secret/.test(name) ||
    part === "checksum of settings" ||
    values.some((text) =>
      text
        .split(" ")
        .some(
          (word) => refs.includes(word) || (hasWord(said, word) && !/^(?:ConfigMap|Secret|key|and|claim)$/.test(word)),
        ),
    );
  return {
    called: variable === undefined ? touch.called : `the variable ${variable}`,
    touches: (part) => isOf(part) && touch.parts.test(part.name) && isVariable(part) && isRef(part),
    perhaps: (part) => isOf(part) && touch.perhaps?.test(part.name) === true,
  };
};

/** Settings that it reads and that no revision holds: a change of these leaves no trace in what is read here. */
const settingsOf = (world: World, { object }: Finding): string[] => {
  const workload = world.workload(object);
  const spec = workload?.spec.template.spec ?? world.podsOf(object)[0]?.spec;
  const sources = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(
    ({ env = [], envFrom = [] }) => [
      ...envFrom.map((one) => [one.configMapRef?.name, one.secretRef?.name]),
      ...env.map(({ valueFrom }) => [valueFrom?.configMapKeyRef?.name, valueFrom?.secretKeyRef?.name]),
    ],
  );
  const volumes = (spec?.volumes ?? []).map(({ configMap, secret }) => [configMap?.name, secret?.secretName]);
  return [
    ...new Set(
      [...sources, ...volumes].flatMap(([map, secret]) => [
        ...(map ? [`ConfigMap ${map}`] : []),
        ...(secret ? [`Secret ${secret}`] : []),
      ]),
    ),
  ];
};

/** Whether settings that come from elsewhere may lead to what the class names. */
const mayBeSettings = (name: string): boolean => {
  const touch = about.find(([classes]) => classes.test(name))?.[1];
  return touch !== undefined && [touch.parts, touch.perhaps].some((parts) => parts?.test("env sources"));
};

const day = 24 * 60 * 60_000;

const ago = (world: World, { at }: Change): string => `${spanText(world.now - clock(at))} ago`;

/** First what the finding names, then what else the same change touched. */
const tellingFirst = (change: Change, touches: (part: Part) => boolean): string =>
  whatOf(change, [...change.parts.filter(touches), ...change.parts.filter((part) => !touches(part))]);

/** The change that set the sick value: what, by whom and how long ago, as far as the cluster keeps it, and what was changed beside it since. */
export const actor = (world: World, finding: Finding, changes: readonly Change[]): Remark | null => {
  const own = changes.filter(({ of }) => keyOf(of) === keyOf(finding.object));
  const { called, touches, perhaps } = wantedBy(
    finding,
    own.flatMap(({ parts }) => parts),
  );
  const isRecent = (one: Change): boolean => world.now - clock(one.at) < day;
  const last = own.find((one) => one.parts.some(touches) && (one.isRevision === true || isRecent(one)));
  const revisions = own.filter((one) => one.isRevision && one.parts.length > 0);
  if (last) {
    const since = revisions.filter((one) => clock(one.at) > clock(last.at)).slice(0, 2);
    const later = since.map((one) => `${whatOf(one, one.parts)}, ${ago(world, one)}`);
    return {
      words: `Changed last: ${tellingFirst(last, touches)}, ${ago(world, last)}.${later.length > 0 ? ` Since then also changed, in other parts: ${later.join("; ")}.` : ""}`,
      evidence: [...new Set([last, ...since].map(({ evidence }) => evidence))],
    };
  }
  const [newest] = revisions;
  if (!newest || called === "" || !isRecent(newest)) return null;
  const maybe = revisions.find((one) => isRecent(one) && one.parts.some(perhaps));
  const told = maybe ?? newest;
  const unread = mayBeSettings(finding.class) ? settingsOf(world, finding) : [];
  const more = unread.length > 3 ? ` and ${unread.length - 3} more` : "";
  const settings =
    unread.length === 0
      ? ""
      : ` It also reads ${unread.slice(0, 3).join(", ")}${more}; whether these changed was not read.`;
  return {
    words: maybe
      ? `No revision that is kept changed ${called}. Changed was, which may have led to it or not: ${tellingFirst(told, perhaps)}, ${ago(world, told)}.`
      : `${settings === "" ? "Nothing changed that touches this: no" : "No"} revision that is kept changed ${called}. Changed was ${whatOf(told, told.parts)}, ${ago(world, told)}.${settings}`,
    evidence: [told.evidence],
  };
};
