import type { Config } from "../config.ts";
import { openEmbedder } from "../model.ts";
import type { Embedder } from "../ports/embedder.ts";
import { cosine } from "../runbooks/vectors-in-memory.ts";
import { systemClock } from "../world.ts";
import { type DoctorLine, off, tried } from "./doctor-line.ts";

// Two of these say the same: a model to which the third is as near finds nothing by meaning.
const same = ["the pod was killed because it used too much memory", "out of memory: the container was terminated"];
const other = "the certificate of the shop expires tomorrow";

const lookAt = async (embedder: Embedder): Promise<string> => {
  const began = systemClock.now().getTime();
  const [left = [], right = [], far = []] = await embedder.embed([...same, other]);
  const ms = systemClock.now().getTime() - began;
  const [near, strange] = [cosine(left, right), cosine(left, far)];
  if (near <= strange)
    throw new Error(
      `${embedder.name} answers, but does not tell what is alike (${near.toFixed(2)}, not above ${strange.toFixed(2)})`,
    );
  return `${embedder.name}: ${left.length} dimensions, ${ms} ms for three texts; alike ${near.toFixed(2)}, not alike ${strange.toFixed(2)}`;
};

/** Whether the endpoint for meanings answers, with vectors of what length, how fast, and whether they mean anything. */
export const embeddingLine = async (config: Config): Promise<DoctorLine> => {
  const embedder = openEmbedder(config);
  if (embedder === null)
    return off("embeddings", "set NIGHTSHIFT_EMBEDDING_MODEL; without it runbooks are found by words only");
  const found = await tried("embeddings", () => lookAt(embedder));
  return found.state === "bad" ? { ...found, detail: `${found.detail}; runbooks are found by words only` } : found;
};
