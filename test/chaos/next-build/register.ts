// Makes a process another build: `node --import …/register.ts worker.ts` walks with the graphs of the next release.
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const isOurs = context.parentURL?.endsWith("/next-build/versions.ts") ?? false;
    if (isOurs || !found.url.endsWith("/src/graph/versions.ts")) return found;
    return { ...found, url: new URL("versions.ts", import.meta.url).href };
  },
});
