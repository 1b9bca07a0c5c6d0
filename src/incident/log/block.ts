import type { Line } from "./line.ts";

const mostLines = 300;
const mostBytes = 24 * 1024;
/** Of a trace that is too long the end is kept, too: the deepest cause stands there. */
const endLines = 60;

/** Lines that belong together: an error with its stack trace, a key. */
export class Block {
  readonly lines: Line[];
  private readonly blanks: Line[] = [];
  /** Its message is still to come, on a line that is not indented. */
  private awaits: boolean;
  private secret: boolean;
  private bytes = 0;

  constructor(first: Line) {
    this.lines = [first];
    this.awaits = first.shape.opens;
    this.secret = first.shape.secretBegins;
  }

  get trouble(): boolean {
    return this.lines.some(({ shape }) => shape.trouble || shape.opens);
  }

  /** Whether the line is part of it; then it is taken in. */
  takes(line: Line): boolean {
    const { shape } = line;
    if (this.secret) {
      this.secret = !shape.secretEnds && this.lines.length < mostLines;
      return this.add(line);
    }
    if (shape.blank) {
      this.blanks.push(line);
      return this.blanks.length < 3;
    }
    // A second Traceback belongs to the first where a sentence between them joins the two.
    const joined = shape.opens && this.blanks.length > 0 && this.lines.at(-1)?.shape.goesOn === true;
    if (shape.goesOn || joined) {
      this.awaits ||= joined;
      return this.add(line);
    }
    if (!this.awaits) return false;
    this.awaits = false;
    return this.add(line);
  }

  private add(line: Line): true {
    this.lines.push(...this.blanks.splice(0), line);
    this.bytes += line.to - line.from;
    while (this.lines.length > mostLines || (this.bytes > mostBytes && this.lines.length > 2)) this.dropMiddle();
    return true;
  }

  private dropMiddle(): void {
    const at = Math.max(1, this.lines.length - endLines);
    const [gone] = this.lines.splice(at, 1);
    this.bytes -= gone === undefined ? 0 : gone.to - gone.from;
  }
}
