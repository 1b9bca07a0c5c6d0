import { expect, test } from "vitest";
import { metricsQuery } from "../../src/tools/metrics-query.ts";

const scope = { home: "shop", namespaces: new Set(["shop"]), find: () => null };
const read = (query: string) => metricsQuery.read({ query, minutes: 0 }, scope).kind;

test.each([
  'label_replace(up, "why", "the disk is full", "", "")',
  'label_join (up, "a", "b")',
  "vector(137)",
  'absent(up{why="full"})',
  'count_values("full", up)',
  'count_values by (pod) ("full", up)',
])("%s, which answers with its own words, is not asked", (query) => {
  expect(read(query)).toBe("refused");
});

test.each(['sum(rate(errors_total{namespace="shop"}[5m]))', "my_vector + 1", "absent(up)"])(
  "control: %s is asked",
  (query) => {
    expect(read(query)).toBe("ask");
  },
);
