import { linesAfter, linesBefore } from "./around.ts";
import { type Line, type Said, textOf } from "./line.ts";

/** A name and its value are short. */
const mostOfALine = 400;

/** The lines around those that are kept, only to redact them by: none of them is shown. */
export class Neighbours {
  private readonly last: Line[] = [];
  private readonly kept = new Map<number, string>();
  private until = linesAfter;
  private at = -1;

  pass(line: Line): void {
    this.at = line.at;
    this.last[line.at % (linesBefore + 1)] = line;
    if (line.at <= this.until) this.take(line);
  }

  /** The last lines that passed, the newest too. */
  lines(): Line[] {
    return this.last.toSorted((a, b) => a.at - b.at);
  }

  /** What passed last stays, and with it what stands around it; and what stood before the lines it belongs to. */
  keep(before: readonly Line[]): void {
    for (const line of [...before, ...this.last]) if (!this.kept.has(line.at)) this.take(line);
    this.until = this.at + linesAfter;
  }

  said(): Said[] {
    for (const line of this.last) this.take(line);
    return [...this.kept].map(([at, text]) => ({ at, text }));
  }

  private take(line: Line): void {
    this.kept.set(line.at, textOf(line).slice(-mostOfALine));
  }
}
