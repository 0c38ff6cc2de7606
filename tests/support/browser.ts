import { type Browser, chromium } from "playwright-core";
import { afterAll, describe, it } from "vitest";
import { unpackChromium } from "./chromium.ts";

/**
 * What Chromium is started with. The package's own list is left out: it turns off the same-origin policy, which is part
 * of what is tested here, and runs everything in one process, which ends when the first context is closed.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Milliseconds that a browser has to start. */
const START_LIMIT = 20_000;

/**
 * Starts a headless Chromium that reaches 127.0.0.1 and nothing else. Close it, or let the process end.
 *
 * @throws Error where it cannot start
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await unpackChromium();
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: { ...process.env, ...env },
    timeout: START_LIMIT,
  });
}

/**
 * A suite in a real browser, to be awaited at the top of a test file. Where Chromium cannot start it is skipped with a
 * line that says why; under `CI=true` it fails instead.
 *
 * @example
 * await describeInBrowser("the sign-in page", (browser) => {
 *   it("has a form", async () => {
 *     await using context = await browser.newContext({ baseURL: server.url });
 *     const page = await context.newPage();
 *     await page.goto("/login");
 *   });
 * });
 */
export async function describeInBrowser(name: string, suite: (browser: Browser) => void): Promise<void> {
  let browser: Browser;
  try {
    browser = await launchBrowser();
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    console.warn(`Skipped "${name}": Chromium does not start on this machine (${reason})`);
    describe.skip(name, () => it("needs Chromium", () => {}));
    return;
  }
  describe(name, () => {
    afterAll(() => browser.close());
    suite(browser);
  });
}
