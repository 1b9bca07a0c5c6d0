import type { Dearest } from "../incident/cost.ts";
import type { ModelRequest } from "./model.ts";

/** What a reply may have written at most, in tokens. */
export const mostOutput = 4_000;
// No tokenizer makes more tokens of plain text than one for two bytes or so; a third is what JSON comes to at worst.
const bytesPerToken = 3;

export const bytesOf = ({ system, user, tools }: ModelRequest): number =>
  Buffer.byteLength(system + user + JSON.stringify(tools));

/** What a call may take at most, where nobody says what it took. */
export const mostTokens = (request: ModelRequest): { input: number; output: number } => ({
  input: Math.ceil(bytesOf(request) / bytesPerToken),
  output: mostOutput,
});

/** What a call may cost at most, in US dollars; null where no price is known. */
export const mostUsd = (request: ModelRequest, price: Dearest | null): number | null => {
  if (price === null) return null;
  const { input, output } = mostTokens(request);
  return (input * price.input + output * price.output) / 1_000_000;
};
