import { API } from "responder-ts";
import { expect, it } from "vitest";
import { z } from "zod";
import { overTransports } from "../support/transports.ts";

const Transfer = z.object({ amount: z.number().max(100) });
const BODY = JSON.stringify({ amount: 1_000_000 });

/** Content-Types that one parser reads as JSON and another as something else. */
const CONFUSING = [
  "application/json\t",
  "application/json\t; charset=utf-8",
  "application/json;\tcharset=utf-8",
  "application/json ;charset=utf-8",
  "\tapplication/json",
  "application/json;",
  "application/json; ;",
  "application/json;charset=utf-8;charset=utf-16",
  "application/json, text/plain",
  "text/plain, application/json",
  "application/json\u00a0",
  "application/json\u000b",
  "Application/JSON",
  'application/json; a="',
  "application/json/x",
  "application/json;text/plain",
  "text/plain; application/json",
  "application/vnd.x+json",
  "application/+json",
  "application/json+x",
  "*/*",
  "json",
  "text/json",
  "application/x-json",
  "multipart/form-data; boundary=x; application/json",
];

overTransports("a confusing Content-Type", (serve) => {
  it.each(CONFUSING)("%j never gets a body past its schema", async (type) => {
    const taken: unknown[] = [];
    const api = new API().post("/transfer", async (req) => String(taken.push(await req.media(Transfer))));
    const send = await serve(api);
    const response = await send("/transfer", {
      method: "POST",
      headers: { "content-type": type },
      body: BODY,
    }).catch(
      // A transport may refuse to send it at all.
      () => new Response(null, { status: 400 }),
    );
    expect(taken).toEqual([]);
    expect([400, 415, 422]).toContain(response.status);
  });

  it("sent twice is no type at all", async () => {
    const taken: unknown[] = [];
    const api = new API().post("/transfer", async (req) => String(taken.push(await req.media(Transfer))));
    const send = await serve(api);
    const headers = { "content-type": ["application/json", "text/plain"] };
    expect((await send("/transfer", { method: "POST", headers, body: BODY })).status).toBe(415);
    expect(taken).toEqual([]);
  });

  it("a good body passes by each spelling that the grammar allows", async () => {
    const api = new API().post("/transfer", async (req) => await req.media(Transfer));
    const send = await serve(api);
    for (const type of [
      "application/json",
      "APPLICATION/JSON",
      "application/json ; charset=UTF-8",
      "application/json;\tcharset=utf-8",
    ]) {
      const response = await send("/transfer", {
        method: "POST",
        headers: { "content-type": type },
        json: { amount: 1 },
      });
      expect([type, response.status]).toEqual([type, 200]);
    }
  });
});
