import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const PROGRAM = `
  import { API } from "responder-ts";
  const info = (line) => {
    console.log(line);
    if (line.startsWith("Ready at")) process.kill(process.pid, "SIGTERM");
  };
  await new API({ logger: { ...console, info } }).run({ port: 0 });
`;

it("stops gracefully on a signal that comes at the very moment of the ready line", async () => {
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=responder-ts-source", "--input-type=module", "--eval", PROGRAM],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
      (error, stdout) => resolve({ code: error ? error.code : 0, stdout }),
    );
  });
  expect(code).toBe(0);
  expect(stdout).toContain("SIGTERM: finishing what is under way");
});
