/** What a connection has prepared no longer fits the tables: a newer build has migrated. Another connection prepares anew. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  error.code === "0A000" &&
  error.message.includes("cached plan must not change");
