/** The load generator's process: takes one order after the other over the channel to its parent. */
import autocannon from "autocannon";
import { Latencies } from "./latencies.ts";
import type { Load, Order } from "./processes.ts";

process.on("message", async (order: Order) => {
  try {
    process.send?.({ load: await generate(order) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

async function generate({ origin, asks, connections, pipelined, seconds, requests }: Order): Promise<Load> {
  const latencies = new Latencies();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: origin,
        requests: asks.map((ask) => ({ ...ask, headers: { ...ask.headers } })),
        connections,
        pipelining: pipelined,
        timeout: 30,
        ...(requests === undefined ? { duration: seconds as number } : { amount: requests }),
        // Milliseconds; how often it looks whether the time is over.
        sampleInt: 100,
      },
      (error, found) => (error ? reject(error) : resolve(found)),
    );
    instance.on("response", (_client, _status, _bytes, milliseconds) => latencies.record(milliseconds));
  });
  const answered = result["2xx"];
  const failures = result.errors + result.timeouts + result.non2xx;
  if (failures > 0 || answered === 0) {
    throw new Error(`${asks[0]?.path}: of ${answered + failures} requests, ${failures} failed`);
  }
  return {
    requests: answered,
    perSecond: answered / result.duration,
    p50: latencies.percentile(50),
    p99: latencies.percentile(99),
  };
}
