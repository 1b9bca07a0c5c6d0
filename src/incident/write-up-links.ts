import { linksOf } from "./links.ts";
import type { WriteUpInput } from "./write-up-parts.ts";

/** Where the monitoring system shows more: its own addresses, made harmless, one a line. */
export const linksPart = ({ incident: { alerts } }: Pick<WriteUpInput, "incident">): string[] =>
  linksOf(alerts).map(({ text, url }) => `- ${text}: <${url}>`);
