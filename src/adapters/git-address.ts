import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

const readText = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);

/** `git@host:a/b.git` and `https://user:token@host/a/b.git` as people open them; what they cannot open is null. */
export const webAddress = (remote: string): string | null => {
  const scp = /^(?:ssh:\/\/)?(?:[\w.-]+@)?([\w.-]+)[:/](?!\/)(?:\d+\/)?([\w./-]+?)(?:\.git)?\/?$/.exec(remote);
  if (/^https?:\/\//.test(remote)) {
    const { host, pathname } = new URL(remote);
    return `https://${host}${pathname.replace(/(\.git)?\/?$/, "")}`;
  }
  return scp === null ? null : `https://${scp[1]}/${scp[2]}`;
};

/** Where Git keeps its files for this checkout: `.git`, or what a worktree's or submodule's `.git` file names. */
const gitFolder = async (root: string): Promise<string> => {
  const named = /^gitdir:\s*(.+?)\s*$/m.exec((await readText(join(root, ".git"))) ?? "")?.[1];
  return named === undefined ? join(root, ".git") : resolve(root, named);
};

/** A worktree has a HEAD of its own; its settings are those of the checkout it belongs to. */
const settingsOf = async (git: string): Promise<string | null> => {
  const common = (await readText(join(git, "commondir")))?.trim();
  return readText(join(common === undefined ? git : resolve(git, common), "config"));
};

const checkoutAbove = async (folder: string): Promise<{ root: string; config: string; head: string } | null> => {
  const git = await gitFolder(folder);
  const [config, head] = await Promise.all([settingsOf(git), readText(join(git, "HEAD"))]);
  if (config !== null && head !== null) return { root: folder, config, head };
  return dirname(folder) === folder ? null : checkoutAbove(dirname(folder));
};

/** Where the files of this folder can be read in a browser when it is part of a Git checkout with an origin; else null. */
export const gitAddress = async (folder: string): Promise<string | null> => {
  const found = await checkoutAbove(folder);
  const remote = /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec(found?.config ?? "")?.[1];
  const web = remote === undefined ? null : webAddress(remote);
  if (found === null || web === null) return null;
  const branch = /^ref: refs\/heads\/(\S+)/.exec(found.head)?.[1] ?? found.head.trim();
  const below = relative(found.root, folder).split(sep).filter(Boolean).map(encodeURIComponent);
  const at = branch.split("/").map(encodeURIComponent);
  return [web, web.includes("gitlab") ? "-/blob" : "blob", ...at, ...below].join("/");
};
