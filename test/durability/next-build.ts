/** Environment that makes a worker the build of the next release, which knows one more graph version. */
export const nextBuild: Record<string, string> = {
  NODE_OPTIONS: `--import=${new URL("../chaos/next-build/register.ts", import.meta.url).href}`,
};
