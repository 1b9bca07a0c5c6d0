const words: Record<string, string> = {
  critical: "critical",
  crit: "critical",
  page: "critical",
  fatal: "critical",
  emergency: "critical",
  p1: "critical",
  sev1: "critical",
  high: "critical",
  error: "critical",
  major: "critical",
  warning: "warning",
  warn: "warning",
  minor: "warning",
  p2: "warning",
  sev2: "warning",
  medium: "warning",
  info: "info",
  information: "info",
  informational: "info",
  low: "info",
  notice: "info",
  none: "none",
};

/** One of critical, warning, info, none. A word nobody knows is a warning: not silent, not the loudest. */
export const severityOf = (word: string | undefined): string => {
  const known = word?.trim().toLowerCase() ?? "";
  return Object.hasOwn(words, known) ? (words[known] ?? "warning") : "warning";
};
