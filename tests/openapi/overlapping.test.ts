import { API } from "responder-ts";
import { apiKey, bearer } from "responder-ts/auth";
import { describe, expect, it } from "vitest";

const user = bearer({ verify: () => null });
const key = apiKey({ keys: ["k"] });

async function securityOf(api: API, path: string): Promise<unknown> {
  const response = await api.fetch(new Request("https://localhost/schema.json"));
  const document = (await response.json()) as { paths: Record<string, { get: { security: unknown } }> };
  return document.paths[path]?.get.security;
}

describe("two patterns that the document can only write as one path", () => {
  const either = [{ bearer: [] }, {}];

  it("one of them public: it may want credentials and it may not, in whichever order they came", async () => {
    const first = new API()
      .get("/u/{id:int}", { public: true }, () => "x")
      .get("/u/{id}", { auth: user }, () => "y");
    const second = new API()
      .get("/u/{id}", { auth: user }, () => "y")
      .get("/u/{id:int}", { public: true }, () => "x");
    expect(await securityOf(first as API, "/u/{id}")).toEqual(either.toReversed());
    expect(await securityOf(second as API, "/u/{id}")).toEqual(either);
  });

  it("with two guards: one of the two", async () => {
    const api = new API()
      .get("/f/{rest:path}", { auth: user }, () => "x")
      .get("/f/{rest}", { auth: key }, () => "y");
    expect(await securityOf(api as API, "/f/{rest}")).toEqual([{ bearer: [] }, { apiKey: [] }]);
  });

  it("with the same guard, or none: that one, once", async () => {
    const same = new API({ auth: user }).get("/u/{id:int}", () => "x").get("/u/{id}", () => "y");
    const response = await (same as unknown as API).fetch(
      new Request("https://localhost/schema.json", { headers: { authorization: "Bearer x" } }),
    );
    expect(response.status).toBe(401);
    const open = new API().get("/u/{id:int}", () => "x").get("/u/{id}", () => "y");
    expect(await securityOf(open as API, "/u/{id}")).toEqual([]);
  });
});
