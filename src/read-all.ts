import { readPolicyFile } from "./adapters/policy-file.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";

const policyProblems = async (path: string | undefined): Promise<string[]> => {
  if (path === undefined || path.trim() === "") return [];
  return readPolicyFile(path).then(
    () => [],
    (error: Error) => [`NIGHTSHIFT_POLICY: ${error.message}`],
  );
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

/** The environment and the policy file it names: everything that is wrong with either, at once, before anything is started. */
export const readAll = async (environment: Record<string, string | undefined>): Promise<Config> => {
  const { config, problems } = read(environment);
  const all = [...problems, ...(await policyProblems(environment.NIGHTSHIFT_POLICY))];
  if (config === null || all.length > 0) throw new ConfigError(all);
  return config;
};
