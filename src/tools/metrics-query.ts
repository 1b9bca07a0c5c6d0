import { z } from "zod";
import { ask, refuse, tool } from "./tool.ts";

const maxQuery = 500;
const maxMinutes = 1_440;
const namespaceMatcher = /\b(?:exported_)?namespace["'`]?\s*(=~|!~|!=|=)\s*(["'`])(.*?)\2/g;

export const metricsQuery = tool(
  "metrics_query",
  'PromQL; minutes 0: now, else that far back. Say namespace="..." where a metric has one.',
  z.strictObject({ query: z.string(), minutes: z.number() }),
  ({ query, minutes }, { namespaces }) => {
    if (query.trim() === "" || query.length > maxQuery) return refuse(`a query has 1 to ${maxQuery} characters`);
    const foreign = [...query.matchAll(namespaceMatcher)].find(
      ([, how, , name = ""]) => how !== "=" || !namespaces.has(name),
    );
    if (foreign) return refuse(`only namespace="${[...namespaces].join('" or "')}" is part of this incident`);
    const back = Math.min(maxMinutes, Math.max(0, Math.trunc(minutes) || 0));
    return ask({ ask: "metric", query: query.trim(), minutes: back });
  },
);
