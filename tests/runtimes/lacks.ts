import type { Lack } from "./cases.ts";

/** The runtimes that Vitest does not run on. */
export type RuntimeName = "bun" | "deno" | "workerd";

const EXPECT = "unread-bodies.test.ts > Expect: 100-continue > gets none when";
const expects = {
  cases: EXPECT,
  why: "gives the go-ahead itself, before the application is asked",
};

/**
 * Which cases of the behavioural suite a runtime cannot pass, and what it lacks for them. All others must pass on each;
 * an entry that fits no case is an error as well. What is promised in these places instead is in `servers.test.ts`,
 * `lives.test.ts` and `hosts.test.ts`.
 */
export const LACKS: Readonly<Record<RuntimeName, readonly Lack[]>> = {
  bun: [
    expects,
    {
      cases: "over a socket > sends the pieces of",
      why: "counts a stream that ends at once, and sends a Content-Length",
    },
    {
      cases: "returned by a handler > a Response is the whole",
      why: "keeps the type of new Response(text) to itself",
    },
    ...[
      "that is longer than the limit is answered whole, and the connection says that it ends",
      "of unknown length ends the connection too, once the answer is out",
      "past the limit is not read on and on",
      "refused with 413 while it is sent leaves the answer whole",
    ].map((title) => ({
      cases: `unread-bodies.test.ts > a body that nobody reads > ${title}`,
      why: "drops an unread body to its end, however long, and keeps the connection",
    })),
  ],
  deno: [
    expects,
    {
      cases: "unread-bodies.test.ts > a body that nobody reads > of unknown length ends the connection too",
      why: "keeps the connection when the whole body was there already",
    },
    {
      cases: "unread-bodies.test.ts > a body that nobody reads > past the limit is not read on and on",
      why: "says that the connection ends, and drops what still comes until the client ends it",
    },
  ],
  workerd: [
    ...[
      "over a socket",
      "registration.test.ts > registration after the first request > throws once the application listens",
      "streams.test.ts > when the client goes > the source of a",
      "streams.test.ts > when the client goes > a generator runs its finally",
      "streams.test.ts > when the client goes > before the answer",
      "streams.test.ts > back-pressure",
      "unread-bodies.test.ts",
    ].map((cases) => ({ cases, why: "a Worker listens on no socket" })),
    ...[
      "files.test.ts > files, in process",
      "files.test.ts > a conditional request, in process > holds for files",
      "after-a-throw.test.ts > after a throw, in process > an answer that cannot be written commits no session",
    ].map((cases) => ({ cases, why: "a Worker has no files" })),
    {
      cases: "form > gives files as uploads, in memory and on disk alike",
      why: "a Worker has no files: uploads stay in memory, and readable",
    },
  ],
};
