import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to the database on which a network may lose a connection without a word: neither side hears of it. */
export const openGate = async (url: string) => {
  let lostAt: string | null = null;
  const lost = Promise.withResolvers<void>();
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    let dead = false;
    near.on("data", (said) => {
      if (lostAt !== null && said.includes(lostAt)) {
        dead = true;
        lostAt = null;
        lost.resolve();
      }
      if (!dead) far.write(said);
    });
    far.on("data", (said) => void (dead || near.write(said)));
    for (const side of [near, far]) open.add(side.on("error", () => undefined));
    near.on("close", () => far.destroy());
    far.on("close", () => void (dead || near.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = new URL(url);
  own.hostname = "127.0.0.1";
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    /** The next connection that says this is lost; resolves when it is. */
    loseNext: (word: string): Promise<void> => {
      lostAt = word;
      return lost.promise;
    },
    /** From here on everybody hears that all connections are gone. */
    close: () => {
      for (const side of open) side.destroy();
      server.close();
    },
  };
};
