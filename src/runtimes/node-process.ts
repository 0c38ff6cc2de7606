import type { Logger } from "../exchange/context.ts";
import type { RunningServer } from "./server.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Runs a server for as long as the process lives: ready line, signals, exit status.
 *
 * @param app `isSupervised`: ready line and signals are somebody else's affair
 */
export async function runUntilSignal(app: {
  listen(): Promise<RunningServer>;
  close(): Promise<void>;
  logger: Logger;
  isSupervised: boolean;
}): Promise<RunningServer> {
  let server: RunningServer;
  try {
    server = await app.listen();
  } catch (error) {
    app.logger.error("The start failed", error);
    process.exit(1);
  }
  if (app.isSupervised) return server;
  const stop = (signal: string) => {
    // From here on the signals have their usual effect, so that a second one ends the process.
    for (const name of SIGNALS) process.off(name, stop);
    app.logger.info(`${signal}: finishing what is under way`);
    app.close().then(
      () => process.exit(0),
      (error) => {
        app.logger.error("The stop failed", error);
        process.exit(1);
      },
    );
  };
  for (const name of SIGNALS) process.on(name, stop);
  // Last: whoever waits for this line may send a signal at once.
  app.logger.info(`Ready at ${server.url}`);
  return server;
}
