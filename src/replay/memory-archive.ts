import type { Evidence } from "../incident/evidence.ts";
import type { Archive } from "../ports/archive.ts";

/** Keeps evidence as long as one replay lasts. */
export const memoryArchive = (): Archive => {
  const kept = new Map<string, Evidence>();
  return {
    keep: async (evidence) => {
      for (const one of evidence) if (!kept.has(one.id)) kept.set(one.id, one);
    },
    open: async (ids) =>
      ids.map((id) => {
        const one = kept.get(id);
        if (one === undefined) throw new Error(`evidence ${id} was not gathered in this replay`);
        return one;
      }),
  };
};
