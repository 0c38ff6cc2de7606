import { defineConfig } from "vitest/config";

// Without "import": what is required by a package is looked for under the same conditions, and would get an ES module.
const conditions = ["responder-ts-source", "node", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // Tests wait for sockets, processes and lifetimes more than they compute.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    typecheck: {
      enabled: true,
      // By its path: a second TypeScript among the tools may take the name "tsc".
      checker: "./node_modules/typescript/bin/tsc",
      include: ["src/**/*.test-d.ts", "tests/**/*.test-d.ts"],
      tsconfig: "./tsconfig.json",
    },
  },
});
