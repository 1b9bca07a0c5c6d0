import { hostname } from "node:os";
import type { Config } from "./config.ts";

const everywhere = new Set(["0.0.0.0", "[::]"]);

/** What links for people begin with. An address that means "all of this machine's" leads nobody here; its name may. */
export const linkBase = ({ NIGHTSHIFT_URL }: Pick<Config, "NIGHTSHIFT_URL">, listening: string): string => {
  if (NIGHTSHIFT_URL !== undefined) return NIGHTSHIFT_URL;
  const { hostname: host, port } = new URL(listening);
  return everywhere.has(host) ? `http://${hostname()}:${port || "80"}` : listening;
};

const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Whether people elsewhere are sent to an address that was only guessed. */
export const isGuessed = ({ NIGHTSHIFT_URL }: Pick<Config, "NIGHTSHIFT_URL">, listening: string): boolean =>
  NIGHTSHIFT_URL === undefined && !loopback.test(new URL(listening).hostname);
