import type { Alert } from "../incident/alert.ts";
import type { LiveCheck, Measure } from "./verify-checks.ts";
import type { Sight } from "./verify-look.ts";

const minute = 60_000;
/** Until a rule that looks at this moment only has heard that all is well: a scrape, an evaluation, and a second of each. */
const hearing = 2 * minute;
/** How far a rule is taken to look back that does not say. */
const usual = 10 * minute;

const units: Record<string, number> = { ms: 1, s: 1000, m: minute, h: 60 * minute, d: 1440 * minute };
const spans = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[smhd])/g)].reduce((sum, [, n, unit = ""]) => sum + Number(n) * (units[unit] ?? 0), 0);

/** The longest time back that an expression of PromQL looks: its ranges and subqueries, and its offsets. */
export const lookBack = (expression: string): number => {
  const bare = expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "");
  const ranges = [...bare.matchAll(/\[\s*((?:\d+(?:ms|[smhd]))+)/g)].map(([, span = ""]) => spans(span));
  const offsets = [...bare.matchAll(/\boffset\s+((?:\d+(?:ms|[smhd]))+)/g)].map(([, span = ""]) => spans(span));
  return Math.max(0, ...ranges) + Math.max(0, ...offsets);
};

/** An alert of Prometheus links to its expression. */
const lookBackOf = ({ url }: Alert): number => {
  const expression = url !== null && URL.canParse(url) ? new URL(url).searchParams.get("g0.expr") : null;
  return expression === null ? usual : lookBack(expression);
};

/** Whether an alert must have gone quiet before the watch is over, if all is as well as it looks. */
const mustGoQuiet = (firing: readonly Alert[], { wellSince, end }: Measure): boolean =>
  firing.some((alert) => wellSince + lookBackOf(alert) + hearing <= end);

/**
 * Silence counts where policy asks for it, and else where the alert has the time to go quiet. One that fires on although
 * its rule sees nothing but the mended state means something else, or it was not mended: that is a person's to judge, so
 * it keeps "recovered" away and takes nothing back.
 */
export const alertSilent = ({ firing }: Pick<Sight, "firing">, measure: Measure): LiveCheck => {
  const { alertSilent: asked } = measure.policy.verify;
  const common = { name: "alert silent", slow: true };
  if (firing === null)
    return { ...common, ok: false, required: asked, unknown: true, detail: "Prometheus could not tell" };
  if (firing.length === 0) return { ...common, ok: true, required: asked, detail: "silent" };
  const must = mustGoQuiet(firing, measure);
  const names = [...new Set(firing.map(({ name }) => name))].join(", ");
  const detail = `still fires${must ? "" : ", as its rule still looks back at the trouble"}: ${names}`;
  return { ...common, ok: false, required: asked || must, unknown: must && !asked, detail };
};
