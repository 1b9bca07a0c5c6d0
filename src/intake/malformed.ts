import type { z } from "zod";

/** The payload is not what the sender is documented to send; one sentence says where. */
export class MalformedPayload extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
    this.name = "MalformedPayload";
  }
}

export const parsed = <T>(what: string, schema: z.ZodType<T>, payload: unknown): T => {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join(".").slice(0, 100) || "payload";
  throw new MalformedPayload(what, `${where}: ${issue?.message ?? "not understood"}`);
};
