import { openMemory, openSQLite, type Place, type PlaceName } from "./places.ts";
import { openMariaDB, openPostgreSQL, openRedis, URLS } from "./servers.ts";

const OPENERS: Readonly<Record<PlaceName, () => Promise<Place>>> = {
  memory: async () => openMemory(),
  sqlite: openSQLite,
  postgresql: openPostgreSQL,
  mariadb: openMariaDB,
  redis: openRedis,
};

/** @returns the place, or why it cannot be measured; nothing of its URL but the host stands there */
export async function openPlace(name: PlaceName): Promise<Place | string> {
  try {
    return await OPENERS[name]();
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code ?? (error as Error).name;
    const where = name in URLS ? ` at ${new URL(URLS[name as keyof typeof URLS]).host}` : "";
    return `${name} is left out: no answer${where} (${code})`;
  }
}
