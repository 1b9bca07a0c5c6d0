import { z } from "zod";
import { ask, refuse, tool } from "./tool.ts";

const maxQuery = 500;
const maxMinutes = 1_440;
// They make labels and values of what stands in the query itself: their answers would prove it with its own words.
const invents = /\b(?:label_replace|label_join|vector|count_values)\b[^()]*\(|\babsent(?:_over_time)?\s*\([^)]*=/i;
const namespaceMatcher = /\b(?:exported_)?namespace["'`]?\s*(=~|!~|!=|=)\s*(["'`])(.*?)\2/g;

export const metricsQuery = tool(
  "metrics_query",
  'PromQL; minutes 0: now, else that far back. Say namespace="..." where a metric has one.',
  z.strictObject({ query: z.string(), minutes: z.number() }),
  ({ query, minutes }, { namespaces }) => {
    if (query.trim() === "" || query.length > maxQuery) return refuse(`a query has 1 to ${maxQuery} characters`);
    if (invents.test(query))
      return refuse(
        "label_replace, label_join, vector, count_values and absent of labels only repeat what the query says",
      );
    const foreign = [...query.matchAll(namespaceMatcher)].find(
      ([, how, , name = ""]) => how !== "=" || !namespaces.has(name),
    );
    if (foreign) return refuse(`only namespace="${[...namespaces].join('" or "')}" is part of this incident`);
    const back = Math.min(maxMinutes, Math.max(0, Math.trunc(minutes) || 0));
    return ask({ ask: "metric", query: query.trim(), minutes: back });
  },
);
