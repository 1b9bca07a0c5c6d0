import type { Pool, PoolClient, QueryConfig, QueryResultRow } from "pg";

/** A connection that statements of one thread share for as long as one of them is on its way. */
interface Line {
  client: Promise<PoolClient>;
  waiting: number;
  failure: Error | undefined;
}

/**
 * LangGraph sends what a task wrote and the checkpoint that follows at once. Both lock the incident, so on two connections
 * one would wait for the other's lock. Here they go over one, the second right behind the first.
 */
export class ThreadLine {
  readonly #pool: Pool;
  readonly #lines = new Map<string, Line>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async query<Row extends QueryResultRow>(thread: string, query: QueryConfig): Promise<Row[]> {
    const line = this.#lines.get(thread) ?? { client: this.#pool.connect(), waiting: 0, failure: undefined };
    this.#lines.set(thread, line);
    line.waiting += 1;
    try {
      return (await (await line.client).query<Row>(query)).rows;
    } catch (error) {
      line.failure = error instanceof Error ? error : new Error(String(error));
      // Whoever comes now gets another connection.
      this.#leave(thread, line);
      throw error;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) this.#close(thread, line);
    }
  }

  #leave(thread: string, line: Line): void {
    if (this.#lines.get(thread) === line) this.#lines.delete(thread);
  }

  /** The pool drops a connection whose statement failed, as it does where it sends one itself. */
  #close(thread: string, line: Line): void {
    this.#leave(thread, line);
    line.client.then(
      (one) => one.release(line.failure),
      () => undefined,
    );
  }
}
