import { startWith } from "./responder-ts.ts";

/** Every request verifies its token with `jose`. */
export const start = () => startWith(undefined);
