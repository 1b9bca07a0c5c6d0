/** One incident as the numbers need it. */
export interface Case {
  openedAt: string;
  closedAt: string | null;
  status: string;
  /** Diagnosed class, `unknown`, or null while there is none. */
  class: string | null;
  /** Another incident holds it, or held it until it ended: it is counted there, and only its alerts here. */
  child: boolean;
  /** Nothing was broken: a control, or a subject found healthy. */
  noise: boolean;
  alerts: number;
  diagnosedAt: string | null;
  decidedAt: string | null;
  recoveredAt: string | null;
  pagedAt: string | null;
  /** A person had to decide, or was paged. */
  asked: boolean;
  approved: number;
  refused: number;
  correct: boolean | null;
  /** Of its former ends, where it came back. */
  formerRight: number;
  formerWrong: number;
  calls: number;
  tokens: number;
  /** Null: the price of the model is not known. */
  usd: number | null;
}

export type Spread = { p50: number; p90: number; of: number } | { p50: null; p90: null; of: number; note: string };

/** Under this many a percentile is an anecdote. */
export const fewest = 5;

const tooFew = (of: number): string => `too few incidents: ${of}, at least ${fewest} are needed`;

const percentile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0) * 10) / 10;

/** Seconds from opening to a moment, over the cases that reached it. */
const spread = (cases: readonly Case[], moment: (one: Case) => string | null): Spread => {
  const seconds = cases
    .flatMap((one) => {
      const at = moment(one);
      return at === null ? [] : [Math.max(0, (Date.parse(at) - Date.parse(one.openedAt)) / 1000)];
    })
    .sort((left, right) => left - right);
  if (seconds.length < fewest) return { p50: null, p90: null, of: seconds.length, note: tooFew(seconds.length) };
  return { p50: percentile(seconds, 0.5), p90: percentile(seconds, 0.9), of: seconds.length };
};

const count = (cases: readonly Case[], is: (one: Case) => boolean): number => cases.filter(is).length;
const sum = (cases: readonly Case[], of: (one: Case) => number): number =>
  cases.reduce((total, one) => total + of(one), 0);

/** What a person called wrong was none. */
const isDiagnosed = ({ class: name, correct }: Case): boolean =>
  name !== null && name !== "unknown" && correct !== false;

const figuresOf = (all: readonly Case[]) => {
  const cases = all.filter(({ child }) => !child);
  return {
    ...figuresOfOwn(cases),
    alerts: sum(all, ({ alerts }) => alerts),
    /** Of the same cause as one of these incidents: held by it, and not counted by themselves. */
    children: all.length - cases.length,
    model: {
      calls: sum(all, ({ calls }) => calls),
      tokens: sum(all, ({ tokens }) => tokens),
      usd: all.every(({ usd }) => usd !== null) ? sum(all, ({ usd }) => usd ?? 0) : null,
    },
  };
};

const figuresOfOwn = (cases: readonly Case[]) => ({
  incidents: cases.length,
  noiseDismissed: count(cases, ({ noise }) => noise),
  diagnosedWithoutPerson: count(cases, isDiagnosed),
  resolved: count(cases, ({ status }) => status === "resolved"),
  /** Neither asked for a decision nor paged: nobody was woken. */
  resolvedWithoutWaking: count(cases, ({ status, asked }) => status === "resolved" && !asked),
  escalated: count(cases, ({ status }) => status === "escalated"),
  approvals: { given: sum(cases, ({ approved }) => approved), refused: sum(cases, ({ refused }) => refused) },
  feedback: {
    right: count(cases, ({ correct }) => correct === true) + sum(cases, ({ formerRight }) => formerRight),
    wrong: count(cases, ({ correct }) => correct === false) + sum(cases, ({ formerWrong }) => formerWrong),
  },
  seconds: {
    toDiagnosis: spread(cases, (one) => (isDiagnosed(one) ? one.diagnosedAt : null)),
    toDecision: spread(cases, ({ decidedAt }) => decidedAt),
    toRecovery: spread(cases, ({ recoveredAt }) => recoveredAt),
  },
});

export type Figures = ReturnType<typeof figuresOf>;

export interface Target {
  target: string;
  /** Null: too few incidents to say. */
  met: boolean | null;
  now: string;
}

const shareTarget = (over: readonly Case[]): Target => {
  const target = "40 to 60 % triaged or resolved before a person is needed";
  if (over.length < fewest) return { target, met: null, now: tooFew(over.length) };
  const share =
    count(over, (one) => isDiagnosed(one) || one.noise || (one.status === "resolved" && !one.asked)) / over.length;
  return { target, met: share >= 0.4, now: `${Math.round(share * 100)} % of ${over.length}` };
};

const recoveryTarget = ({ toRecovery }: Figures["seconds"]): Target => {
  const target = "recovery in under 10 minutes (45 before)";
  if (toRecovery.p50 === null) return { target, met: null, now: toRecovery.note };
  return {
    target,
    met: toRecovery.p50 < 600,
    now: `p50 ${(toRecovery.p50 / 60).toFixed(1)} min, p90 ${(toRecovery.p90 / 60).toFixed(1)} min of ${toRecovery.of}`,
  };
};

/** Monday of the ISO week, UTC. */
export const weekOf = (at: string): string => {
  const date = new Date(at);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
};

const grouped = (cases: readonly Case[], key: (one: Case) => string): Record<string, Figures> =>
  Object.fromEntries(
    [...Map.groupBy(cases, key)]
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([name, some]) => [name, figuresOf(some)]),
  );

const isOver = ({ status }: Case): boolean => ["resolved", "escalated", "dismissed"].includes(status);

/** The numbers the product exists for. None is made up: where too few incidents stand behind one, it says so. */
export const statsOf = (cases: readonly Case[], now: Date) => {
  const all = figuresOf(cases);
  const own = cases.filter(({ child }) => !child);
  return {
    at: now.toISOString(),
    ...all,
    byStatus: Object.fromEntries(
      [...Map.groupBy(own, ({ status }) => status)].map(([name, some]) => [name, some.length]),
    ),
    byClass: grouped(cases, (one) => one.class ?? "not diagnosed yet"),
    byWeek: grouped(cases, (one) => weekOf(one.openedAt)),
    targets: [shareTarget(own.filter(isOver)), recoveryTarget(all.seconds)],
  };
};

export type Stats = ReturnType<typeof statsOf>;
