import pg from "pg";

/** Counts the statements of every connection that carries this name, from now on. */
export const countStatements = (name: string): (() => Map<string, number>) => {
  const counts = new Map<string, number>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function counted(
    this: { connectionParameters?: { application_name?: string } },
    ...args: unknown[]
  ) {
    if (this.connectionParameters?.application_name === name) {
      const text = typeof args[0] === "string" ? args[0] : String((args[0] as { text?: string })?.text);
      const short = text.trim().replaceAll(/\s+/g, " ").slice(0, 70);
      counts.set(short, (counts.get(short) ?? 0) + 1);
    }
    return Reflect.apply(query, this, args) as never;
  } as never;
  return () => counts;
};

export const totalOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
