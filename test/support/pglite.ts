import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import pg from "pg";
import { migrate } from "../../src/store/migrate.ts";

const goodbye = "X".charCodeAt(0);

/** How many bytes of whole messages stand at the head: a long one comes in pieces. The first has no letter before its length. */
const whole = (bytes: Buffer, first: boolean): number => {
  const letter = first ? 0 : 1;
  if (bytes.length < letter + 4) return 0;
  const end = letter + bytes.readInt32BE(letter);
  return end > bytes.length ? 0 : end + whole(bytes.subarray(end), false);
};

/** One message after the other. It has one session, whoever asks, and that one is not to end with its first guest. */
const serve = (database: PGlite, socket: Socket): void => {
  let before = Promise.resolve();
  let bytes = Buffer.alloc(0);
  let first = true;
  const answer = async (asked: Buffer): Promise<void> => {
    if (asked[0] === goodbye) return;
    const said = await database.execProtocolRaw(new Uint8Array(asked));
    if (!socket.destroyed) socket.write(said);
  };
  socket.on("error", () => undefined);
  socket.on("data", (data) => {
    bytes = Buffer.concat([bytes, data]);
    const end = whole(bytes, first);
    if (end === 0) return;
    const asked = bytes.subarray(0, end);
    bytes = bytes.subarray(end);
    first = false;
    before = before.then(() => answer(asked));
  });
};

export interface VectorDatabase {
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A Postgres in wasm that has pgvector (no Postgres that npm brings does), asked over the wire like any other. */
export const openVectorDatabase = async (): Promise<VectorDatabase> => {
  const database = await PGlite.create({ extensions: { vector } });
  const server = createServer((socket) => serve(database, socket));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const pool = new pg.Pool({
    connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`,
    max: 1,
    idleTimeoutMillis: 0,
  });
  await migrate(pool);
  return {
    pool,
    close: async () => {
      await pool.end();
      server.close();
      await database.close();
    },
  };
};
