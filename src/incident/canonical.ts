import { createHash } from "node:crypto";

/** JSON with sorted keys: equal values give equal text, whatever order a database or an API kept the keys in. */
export const canonical = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  let text = "";
  for (const key of Object.keys(value).sort()) {
    const item: unknown = value[key as keyof typeof value];
    if (item !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonical(item)}`;
  }
  return `{${text}}`;
};

export const sha256 = (value: unknown): string => sha256OfText(canonical(value));

export const sha256OfText = (text: string): string => createHash("sha256").update(text).digest("hex");
