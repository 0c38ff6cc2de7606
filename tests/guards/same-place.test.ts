import { API } from "responder-ts";
import { allOf, anyOf, apiKey, bearer } from "responder-ts/auth";
import { expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const first = bearer({ name: "first", verify: (token: string) => token === "one" && { by: "first" } });
const second = bearer({ name: "second", verify: (token: string) => token === "two" && { by: "second" } });
const key = apiKey({ keys: ["k"] });

overTransports("attack: a bad key that hides behind a token good for another alternative", (serve) => {
  const build = () => new API({ auth: anyOf(allOf(first, key), second) }).get("/x", () => "in");
  const asSecond = { authorization: "Bearer two" };

  it("is refused: a presented credential that is bad ends it", async () => {
    const send = await serve(build());
    expect((await send("/x", { headers: { ...asSecond, "x-api-key": "bad" } })).status).toBe(401);
  });

  it("while a token that one of two schemes of its place takes, and a good key beside it, let in", async () => {
    const send = await serve(build());
    expect((await send("/x", { headers: asSecond })).status).toBe(200);
    expect((await send("/x", { headers: { ...asSecond, "x-api-key": "k" } })).status).toBe(200);
    expect((await send("/x", { headers: { authorization: "Bearer one", "x-api-key": "k" } })).status).toBe(
      200,
    );
    expect((await send("/x", { headers: { authorization: "Bearer none" } })).status).toBe(401);
  });
});
