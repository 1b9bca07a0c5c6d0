import { open, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface MarkdownFolder {
  files: { path: string; text: string }[];
  /** Each names the file that was left out and why. */
  warnings: string[];
}

const mostBytes = 1_048_576;
const mostFiles = 5_000;

const read = async (path: string): Promise<string> => {
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(mostBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > mostBytes) throw new Error("it is over 1 MB");
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
};

// A mounted ConfigMap is a folder of links into its own ..data: links inside the folder are followed, others are not.
const readInside = async (root: string, path: string): Promise<string> => {
  const real = await realpath(path);
  if (!real.startsWith(root + sep)) throw new Error("it is a link out of the folder");
  if (!(await stat(real)).isFile()) throw new Error("it is not a regular file");
  return read(real);
};

const markdownBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownBelow(path);
      return Promise.resolve(/\.(md|markdown)$/i.test(entry.name) ? [path] : []);
    });
  return (await Promise.all(below)).flat();
};

/** All Markdown below a folder. A file that cannot be read is left out and named; a folder that is not there is an error. */
export const readRunbookFolder = async (folder: string): Promise<MarkdownFolder> => {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new Error(`reading the runbook folder ${folder}: it cannot be opened; check NIGHTSHIFT_RUNBOOKS`, { cause });
  });
  const found = (await markdownBelow(root)).sort();
  const files: MarkdownFolder["files"] = [];
  const warnings = found.length > mostFiles ? [`runbooks after the first ${mostFiles} in ${folder} are left out`] : [];
  for (const path of found.slice(0, mostFiles)) {
    const name = relative(root, path).split(sep).join("/");
    try {
      files.push({ path: name, text: await readInside(root, path) });
    } catch (error) {
      const why =
        error instanceof TypeError ? "it is not UTF-8 text" : error instanceof Error ? error.message : String(error);
      warnings.push(`runbook ${name} is left out: ${why}`);
    }
  }
  return { files, warnings };
};
