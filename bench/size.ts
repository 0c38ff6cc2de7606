/** What each subpath weighs, minified: exit 1 where one is over its budget in `size-budgets.json`. */
import { BUDGETS, overBudget, sizes } from "./sizes.ts";
import { count, markdown } from "./table.ts";

const found = await sizes("default");
const head = [
  "Subpath",
  "Own code",
  "gzip",
  "budget",
  "At once, with packages",
  "gzip",
  "budget",
  "Later, gzip",
];
const lines = found.map((size) => {
  const budget = BUDGETS[size.subpath];
  const { own, ownGzip, atOnce, atOnceGzip, laterGzip } = size;
  const numbers = [own, ownGzip, budget?.ownGzip, atOnce, atOnceGzip, budget?.atOnceGzip, laterGzip];
  return [size.subpath, ...numbers.map((number) => (number === undefined ? "none" : count(number)))];
});
console.log(`${markdown(head, lines, 1)}\n`);
console.log(
  "Bytes, bundled and minified by Rolldown, every subpath for itself; modules of Node are left out.",
);

const over = overBudget(found, BUDGETS);
for (const line of over) console.error(line);
if (over.length > 0) process.exit(1);
