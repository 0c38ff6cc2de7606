import { API, type Handler } from "responder-ts";
import { describe, expect, it } from "vitest";

/** What a handler throws, as the log has it. */
async function thrownBy(handler: Handler): Promise<unknown> {
  let thrown: unknown;
  const logger = { info() {}, warn() {}, error: (_message: string, error?: unknown) => (thrown = error) };
  const api = new API({ logger }).get("/", handler);
  expect((await api.fetch(new Request("https://localhost/"))).status).toBe(500);
  return thrown;
}

describe("attack: an option that is mistyped, and its protection gone", () => {
  it("of resp.file: a root that is none, or under another name", async () => {
    for (const options of [{ rot: "public" }, { root: undefined }, { root: "" }]) {
      const thrown = await thrownBy((_req, resp) => resp.file("/etc/hostname", options as object));
      expect(String(thrown)).toMatch(/root/);
    }
  });

  it("of a cookie: another name, or another spelling of a value", async () => {
    for (const options of [{ maxage: 5 }, { samesite: "none" }, { sameSite: "None", secure: false }]) {
      const thrown = await thrownBy((_req, resp) => resp.setCookie("a", "1", options as object));
      expect(String(thrown)).toMatch(/TypeError: Cookie "a"/);
    }
  });

  it.each(["abc", null, -1, 1.5, 70_000])(
    "of listen: the port %j opens no file and no random port",
    async (port) => {
      await expect(new API().listen({ port: port as number })).rejects.toThrow(/port takes a whole number/);
    },
  );

  it("of the test client", async () => {
    await expect(new API().requests.post("/", { jsn: {} } as object)).rejects.toThrow(/Did you mean "json"/);
  });

  it.each(["/:id", "/files/*", "/*"])("of a pattern: %s is another framework's", (pattern) => {
    expect(() => new API().get(pattern, () => "x")).toThrow(/Write "\{name\}"/);
  });

  it("of an entity tag", async () => {
    const thrown = await thrownBy((_req, resp) => {
      resp.etag = 'a"b';
    });
    expect(String(thrown)).toMatch(/entity tag/);
  });
});

describe("a list that is returned", () => {
  it("does not compile, because it could be [body, status]", () => {
    const api = new API();
    // @ts-expect-error a list goes to resp.media
    api.get("/a", () => ["ada", "bob"]);
    // @ts-expect-error a list goes to resp.media
    api.get("/b", () => [{ id: 1 }]);
    api.get("/c", () => [{ id: 1 }, 201]);
  });
});
