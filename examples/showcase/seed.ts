import type { Notes } from "./notes.ts";
import { DEMO_PEOPLE, type People } from "./people.ts";

const DEMO_NOTES: Readonly<Record<string, readonly string[]>> = {
  ada: [
    "The Engine has no pretensions whatever to originate anything. It can do whatever we know how to order it to perform.",
    "Note G: the Bernoulli numbers, as an example of how the Engine may work out what no human head and hands have worked out first.",
    "We may say most aptly that the Analytical Engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.",
  ],
  grace: [
    "Relay #70, panel F: a moth. Taped it into the log book.",
    "Bring 30 cm of wire to the lecture. That is a nanosecond.",
  ],
  katherine: ["Friendship 7: go over the numbers once more, by hand, before he flies."],
};

const HOUR = 3_600_000;

/** Fills a database that has nobody in it; any other stays as it is. */
export async function seed(people: People, notes: Notes, now = Date.now()): Promise<void> {
  if (people.all().length > 0) return;
  for (const person of DEMO_PEOPLE) {
    const id = await people.add(person);
    if (id === null) continue; // another process, started at the same time, was faster
    const texts = DEMO_NOTES[person.username] ?? [];
    texts.forEach((text, index) => {
      notes.add(id, text, new Date(now - (texts.length - index) * 19 * HOUR));
    });
  }
}
