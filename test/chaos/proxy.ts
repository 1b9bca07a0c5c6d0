import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a worker and its database. */
export interface Gate {
  port: number;
  /** Where it leads to from now on; a restarted server may listen elsewhere. */
  lead(port: number): void;
  /** Everything takes so long from now on, either way. */
  delay(ms: number): void;
  /** Breaks every connection that is open now. */
  cut(): void;
  close(): Promise<void>;
}

const pump = (from: Socket, to: Socket, waitMs: () => number): void => {
  let sent = Promise.resolve();
  from.on("data", (chunk) => {
    const due = Date.now() + waitMs();
    sent = sent.then(async () => {
      const left = due - Date.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      to.write(chunk);
    });
  });
  from.on("error", () => undefined);
  from.on("close", () => void sent.then(() => to.destroy()));
};

export const startGate = async (to: number): Promise<Gate> => {
  let target = to;
  let wait = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    }
    pump(near, far, () => wait);
    pump(far, near, () => wait);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    lead: (port) => {
      target = port;
    },
    delay: (ms) => {
      wait = ms;
    },
    cut,
    close: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
};
