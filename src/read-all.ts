import { readServerFile } from "./adapters/mcp-file.ts";
import { readPolicyFile } from "./adapters/policy-file.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";

const readers = { NIGHTSHIFT_POLICY: readPolicyFile, NIGHTSHIFT_MCP: readServerFile };

const fileProblems = async (environment: Record<string, string | undefined>): Promise<string[]> => {
  const problems = Object.entries(readers).map(async ([variable, read]): Promise<string[]> => {
    const path = environment[variable];
    if (path === undefined || path.trim() === "") return [];
    return read(path).then(
      () => [],
      (error: Error) => [`${variable}: ${error.message}`],
    );
  });
  return (await Promise.all(problems)).flat();
};

const read = (
  environment: Record<string, string | undefined>,
): { config: Config | null; problems: readonly string[] } => {
  try {
    return { config: readConfig(environment), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, problems: error.problems };
    throw error;
  }
};

/** The environment and the files it names: everything that is wrong with any, at once, before anything is started. */
export const readAll = async (environment: Record<string, string | undefined>): Promise<Config> => {
  const { config, problems } = read(environment);
  const all = [...problems, ...(await fileProblems(environment))];
  if (config === null || all.length > 0) throw new ConfigError(all);
  return config;
};
