import pg from "pg";
import { prepared } from "./transaction.ts";

/** A text that came so often comes again. */
const often = 10;
/** Texts that are counted, once and for all; what comes after them is left as it is. */
const counted = 200;

const counts = new Map<string, number>();

const isRepeated = (text: string): boolean => {
  const before = counts.get(text) ?? 0;
  if (before === 0 && counts.size >= counted) return false;
  counts.set(text, before + 1);
  return before >= often;
};

/** What has no values may be several statements at once, which cannot be named. */
const mayBeNamed = (text: unknown, values: unknown): text is string =>
  typeof text === "string" && Array.isArray(values) && (values.length > 0 || !text.includes(";"));

const named = ([text, values, ...rest]: unknown[]): unknown[] =>
  mayBeNamed(text, values) && isRepeated(text)
    ? [prepared(text, values as unknown[]), ...rest]
    : [text, values, ...rest];

/**
 * A connection for a library that names none of its statements: what it says over and over is read and planned once. Of a
 * look for jobs planning is three quarters.
 */
export class PlanningOnce extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config);
    const { query } = this;
    this.query = (...args: unknown[]): never => Reflect.apply(query, this, named(args)) as never;
  }
}
