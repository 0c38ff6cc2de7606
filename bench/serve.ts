/** Runs one contestant in a process of its own: `node bench/serve.ts NAME`, with a channel to its parent. */
import { type ContestantName, startContestant } from "./contestants.ts";

const { port } = await startContestant(process.argv[2] as ContestantName);

// The parent asks for the processor time before and after a measurement, and ends the channel to end the process.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port });
