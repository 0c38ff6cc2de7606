import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("cookies", (serve) => {
  it("of a request are read by name, decoded once", async () => {
    const api = new API().get("/x", (req) => ({ ...req.cookies }));
    const send = await serve(api);
    const headers = { cookie: 'a=1; b="quoted"; c=%20%C3%BC; d=%zz; e=; f=x=y; a=second' };
    expect(await (await send("/x", { headers })).json()).toMatchObject({
      a: "1",
      c: " ü",
      d: "%zz",
      e: "",
      f: "x=y",
    });
  });

  it("of a request are none where it sent none, not even those of Object.prototype", async () => {
    const api = new API().get("/x", ({ cookies }) => ({
      names: Object.keys(cookies),
      inherited: [cookies["constructor"] ?? null, cookies["toString"] ?? null],
    }));
    const send = await serve(api);
    for (const headers of [{}, { cookie: "" }, { cookie: ";;=;" }]) {
      const { inherited } = (await (await send("/x", { headers })).json()) as { inherited: unknown };
      expect(inherited).toEqual([null, null]);
    }
  });

  it("that are set are HttpOnly, Secure, SameSite=Lax and of the whole host unless told otherwise", async () => {
    const api = new API().get("/x", (_req, resp) => resp.setCookie("theme", "dark ü;"));
    const send = await serve(api);
    expect((await send("/x")).headers.getSetCookie()).toEqual([
      "theme=dark%20%C3%BC%3B; Path=/; HttpOnly; Secure; SameSite=Lax",
    ]);
  });

  it("take every attribute", async () => {
    const api = new API().get("/x", (_req, resp) =>
      resp.setCookie("a", "1", {
        maxAge: 60,
        path: "/p",
        domain: "app.example",
        httpOnly: false,
        sameSite: "none",
        partitioned: true,
        expires: new Date(0),
      }),
    );
    const send = await serve(api);
    const [line] = (await send("/x")).headers.getSetCookie();
    for (const part of [
      "Max-Age=60",
      "Path=/p",
      "Domain=app.example",
      "SameSite=None",
      "Partitioned",
      "Secure",
    ]) {
      expect(line).toContain(part);
    }
    expect(line).not.toContain("HttpOnly");
  });

  it("go out a line each; the same name again replaces the earlier one", async () => {
    const api = new API().get("/x", (_req, resp) => {
      resp.setCookie("a", "1");
      resp.setCookie("b", "2");
      resp.setCookie("a", "3");
      resp.setCookie("a", "4", { path: "/other" });
    });
    const send = await serve(api);
    const lines = (await send("/x")).headers.getSetCookie();
    expect(lines.map((line) => line.split(";", 2).join(";"))).toEqual([
      "b=2; Path=/",
      "a=3; Path=/",
      "a=4; Path=/other",
    ]);
  });

  it("are deleted by an empty one that has expired", async () => {
    const api = new API().get("/x", (_req, resp) => resp.cookies.delete("a"));
    const send = await serve(api);
    const [line] = (await send("/x")).headers.getSetCookie();
    expect(line).toMatch(/^a=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/);
  });

  describe("that no browser could keep", () => {
    it.each([
      ["a name with a space", (set: Setter) => set("a b", "1")],
      ["a name with a line break", (set: Setter) => set("a\r\nb", "1")],
      ["a path with a line break", (set: Setter) => set("a", "1", { path: "/\r\nSet-Cookie: b=2" })],
      ["a domain with a semicolon", (set: Setter) => set("a", "1", { domain: "x; Path=/admin" })],
      ["SameSite=None without Secure", (set: Setter) => set("a", "1", { sameSite: "none", secure: false })],
    ])("are refused where they are set: %s", async (_name, set) => {
      const logger = recordingLogger();
      const api = new API({ logger }).get("/x", (_req, resp) => set(resp.setCookie.bind(resp)));
      const send = await serve(api);
      const response = await send("/x");
      expect([response.status, response.headers.getSetCookie()]).toEqual([500, []]);
      expect(logger.lines[0]?.error).toBeInstanceOf(TypeError);
    });
  });
});

type Setter = (
  name: string,
  value: string,
  options?: { path?: string; domain?: string; sameSite?: "none"; secure?: boolean },
) => void;
