import { z } from "zod";
import type { App, Stores } from "./app.ts";
import type { Doors } from "./doors.ts";

const Stats = z.object({
  people: z.int(),
  notes: z.int(),
  uptime: z.int().meta({ description: "In seconds" }),
});

/** For other programs: an API key in `X-API-Key`. */
export function addService(app: App, { people, notes }: Stores, doors: Doors): void {
  const service = app.group("/service", { auth: doors.service.requires("stats:read") });

  service.get("/stats", { response: Stats, tags: ["Service"], summary: "Some numbers" }, () => ({
    people: people.all().length,
    notes: notes.count(),
    uptime: Math.round(process.uptime()),
  }));
}
