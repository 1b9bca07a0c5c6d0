import { json, type Script } from "./scripted-server.ts";

/** A stream as it was pushed. */
export interface Stream {
  labels: Record<string, string>;
  /** Structured metadata: beside the lines, not in the index. */
  beside?: Record<string, string>;
  values: [string, string][];
}

const matcher = /([\w]+)(=~|=)"((?:[^"\\]|\\.)*)"/g;

const holds = (labels: Record<string, string>, name: string, operator: string, given: string): boolean => {
  const value = JSON.parse(`"${given}"`) as string;
  if (operator === "=") return (labels[name] ?? "") === value;
  // The real one finds no line by a pattern of words where there is no such label, not even by an empty word.
  return labels[name] !== undefined && new RegExp(`^(?:${value})$`).test(labels[name]);
};

/** Selector, label filters joined by "or", and line filters: as much of LogQL as is asked here. */
const picks = (query: string, { labels, beside = {} }: Stream): ((line: string) => boolean) | null => {
  const [selector = "", ...stages] = query.split(/(?<=[}"]) \| /);
  const [braces = "", filter] = selector.split(" |~ ");
  if (![...braces.matchAll(matcher)].every(([, name = "", op = "", value = ""]) => holds(labels, name, op, value)))
    return null;
  const all = { ...labels, ...beside };
  const lineFilters = [filter];
  for (const stage of stages) {
    const [own = "", more] = stage.split(" |~ ");
    lineFilters.push(more);
    if (![...own.matchAll(matcher)].some(([, name = "", op = "", value = ""]) => holds(all, name, op, value)))
      return null;
  }
  const patterns = lineFilters.flatMap((one) =>
    one ? [new RegExp((JSON.parse(one) as string).replace("(?i)", ""), "i")] : [],
  );
  return (line) => patterns.every((pattern) => pattern.test(line));
};

/** Answers as Loki 3 does: start inclusive, end exclusive, limit over all streams, newest first. */
export const fakeLoki =
  (streams: Stream[], { mostEntries = 5_000, tenants = false } = {}): Script =>
  ({ url, headers }, response) => {
    const plain = (code: number, text: string): void =>
      void response.writeHead(code, { "content-type": "text/plain" }).end(`${text}\n`);
    if (tenants && headers["x-scope-orgid"] === undefined) return plain(401, "no org id");
    if (url.pathname === "/loki/api/v1/labels") {
      const names = [...new Set(streams.flatMap(({ labels }) => Object.keys(labels)))];
      return json(response, 200, { status: "success", ...(names.length > 0 ? { data: names } : {}) });
    }
    if (url.pathname !== "/loki/api/v1/query_range") return plain(404, "404 page not found");
    const asked = Object.fromEntries(url.searchParams);
    const limit = Number(asked.limit);
    if (limit > mostEntries)
      return plain(
        400,
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${mostEntries})`,
      );
    const [start, end] = [BigInt(asked.start ?? 0), BigInt(asked.end ?? 0)];
    const found = streams.flatMap((stream, index) => {
      const takes = picks(asked.query ?? "", stream);
      return takes === null
        ? []
        : stream.values
            .filter(([at, line]) => BigInt(at) >= start && BigInt(at) < end && takes(line))
            .map((value) => ({ index, value }));
    });
    const newest = found.sort((a, b) => (BigInt(a.value[0]) < BigInt(b.value[0]) ? 1 : -1)).slice(0, limit);
    const result = [...new Set(newest.map(({ index }) => index))].map((index) => ({
      stream: { ...streams[index]?.labels, ...streams[index]?.beside },
      values: newest.filter((one) => one.index === index).map(({ value }) => value),
    }));
    json(response, 200, { status: "success", data: { resultType: "streams", result, stats: {} } });
  };
