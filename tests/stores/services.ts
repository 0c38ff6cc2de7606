import { connect } from "node:net";
import { describe } from "vitest";

/** Where each service is looked for: under a variable, or else where it stands on a machine for development. */
const SERVICES = {
  redis: { variable: "REDIS_URL", fallback: "redis://127.0.0.1:6379" },
  postgresql: { variable: "POSTGRES_URL", fallback: "postgres://postgres@127.0.0.1:5432/test" },
  mariadb: { variable: "MARIADB_URL", fallback: "mysql://root@127.0.0.1:3306/test" },
} as const;

export type ServiceName = keyof typeof SERVICES;

export interface Service {
  readonly name: ServiceName;
  readonly url: string;
  /** `describe`, or where the service cannot be reached a `describe.skip`. */
  readonly describe: (name: string, suite: () => void) => void;
}

/**
 * A service that tests need. One that cannot be reached skips its suites, and says so; with `CI=true` it fails instead,
 * so that no run is green because nothing ran.
 */
export async function service(name: ServiceName): Promise<Service> {
  const { variable, fallback } = SERVICES[name];
  const url = process.env[variable] ?? fallback;
  if (await isReachable(new URL(url))) return { name, url, describe };
  const why = `${name} does not answer at ${new URL(url).host}: start it, or say in ${variable} where it is`;
  if (process.env["CI"] === "true") throw new Error(why);
  console.warn(`Skipped: ${why}`);
  return { name, url, describe: (title, suite) => describe.skip(`${title} (${why})`, suite) };
}

function isReachable({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const settle = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
