/** Programs that check all their settings at once report them as a list: the names are in its lines, and what was wrong with each beside them. */

const header = /\b(?:missing|invalid|undefined|required)\b.{0,30}\benv(?:ironment)?(?: variables?| vars?)?\b[^\w]*$/i;
const rule = /^\s*[=─-]{6,}\s*$/;

/** envalid, convict and scripts: a heading, then a name a line. */
const headed = (lines: readonly string[], of: RegExp): string[] =>
  lines.flatMap((line, at) => {
    if (!header.test(line) || !of.test(line)) return [];
    const rest = lines.slice(at + 1, at + 40);
    const end = rest.findIndex((one) => rule.test(one) || !/^\s*[-*•]?\s*["'`]?[A-Z][A-Z0-9_]{2,}\b/.test(one));
    return rest
      .slice(0, end < 0 ? undefined : end)
      .flatMap((one) => /^\s*[-*•]?\s*["'`]?([A-Z][A-Z0-9_]{2,})["'`]?\s*(?::|$|-|\()/.exec(one)?.[1] ?? []);
  });

const absent = /Required\b|received undefined|Field required/;

/** zod: as an object of issues, or each issue with the place it is at. */
const issues = (lines: readonly string[]): string[] =>
  lines.flatMap((line, at) => {
    const placed = /^\s*→ at ([A-Z][A-Z0-9_]{2,})\s*$/.exec(line)?.[1];
    if (placed) return [placed];
    const path = /^\s*["']?path["']?: \[ ?["']([A-Z][A-Z0-9_]{2,})["'] ?\]/.exec(line)?.[1];
    return path && lines.slice(Math.max(0, at - 5), at + 4).some((one) => absent.test(one)) ? [path] : [];
  });

/** A model of settings, and not of what somebody sent. */
const settings = /validation errors? for \w*(?:Settings?|Config\w*|Env\w*|Options)\b/i;

/** pydantic: the field stands alone on its line, and what is wrong with it on the next. */
const fields = (lines: readonly string[]): string[] => {
  const start = lines.findLastIndex((line) => settings.test(line));
  if (start < 0) return [];
  const told = lines.slice(start + 1).map((line, index, all) => ({ name: line.trim(), what: all[index + 1] ?? "" }));
  const isField = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);
  const missing = told.filter(({ name, what }) => isField(name) && /^\s*field required/i.test(what));
  const wrong = told.filter(
    ({ name, what }) => isField(name) && /^\s+(?:Input should|Value error|value is not)/.test(what),
  );
  return [...missing, ...wrong].map(({ name }) => name);
};

/** The variables that such a report names, those that are missing first. */
export const reportedVariables = (lines: readonly string[]): string[] => [
  ...new Set([
    ...fields(lines),
    ...headed(lines, /missing|undefined|required/i),
    ...headed(lines, /./),
    ...issues(lines),
  ]),
];
