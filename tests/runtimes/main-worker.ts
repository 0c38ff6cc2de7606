/** The suite as a Worker: a request runs it. */
import { runSuite } from "./suite.ts";

export default {
  async fetch(): Promise<Response> {
    return Response.json(await runSuite("workerd"));
  },
};
