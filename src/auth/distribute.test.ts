import { describe, expect, it } from "vitest";
import { API } from "../api.ts";
import { distributed } from "./distribute.ts";
import { type AnyGuard, nodeOf } from "./guard.ts";
import { allOf, anyOf, apiKey } from "./index.ts";
import { inWords } from "./words.ts";

const reader = apiKey({ keys: ["r"], header: "X-Reader", name: "reader", scopes: () => ["read"] as const });
const writer = apiKey({
  keys: ["w"],
  header: "X-Writer",
  name: "writer",
  scopes: () => ["read", "write"] as const,
});
const inner = (guard: AnyGuard) => inWords(distributed(nodeOf(guard)));

describe("what a guard requires", () => {
  it("is required of each alternative", () => {
    expect(inner(anyOf(reader, writer).requires("write"))).toBe(
      "reader and scope write or writer and scope write",
    );
    expect(inner(anyOf(reader, anyOf(writer, reader)).where(() => true, "mine"))).toBe(
      "reader and mine or writer and mine or reader and mine",
    );
  });

  it("is required of several that must all let in together, not of each", () => {
    expect(inner(allOf(reader, writer).requires("write"))).toBe("reader and writer and scope write");
  });

  it("lets nobody in as nobody", () => {
    expect(inner(reader.optional().requires("read"))).toBe("reader and scope read");
    expect(inner(anyOf(reader.optional(), writer).requires("read"))).toBe(
      "reader and scope read or writer and scope read",
    );
  });

  it("leaves alone what requires nothing", () => {
    expect(inner(anyOf(reader, writer).optional())).toBe("(reader or writer), or nobody");
  });
});

describe("who presents two credentials", () => {
  const api = new API();
  api.get("/either", { auth: anyOf(reader, writer).requires("write") }, (req) => req.auth.scheme);
  api.get(
    "/rule",
    { auth: anyOf(reader, writer).where((_who, req) => req.headers.get("X-Rule") === "1", "rule") },
    (req) => req.auth.scheme,
  );
  const both = { "X-Reader": "r", "X-Writer": "w" };

  it("is let in by the one that suffices, wherever it stands in the guard", async () => {
    const response = await api.requests.get("/either", { headers: both });
    expect([response.status, await response.text()]).toEqual([200, "writer"]);
  });

  it("is refused with 403 when none does", async () => {
    expect((await api.requests.get("/either", { headers: { "X-Reader": "r" } })).status).toBe(403);
    expect((await api.requests.get("/rule", { headers: both })).status).toBe(403);
    expect((await api.requests.get("/rule", { headers: { ...both, "X-Rule": "1" } })).status).toBe(200);
  });

  it("is refused with 401 when one of them is wrong, though the other would do", async () => {
    const response = await api.requests.get("/either", { headers: { ...both, "X-Reader": "x" } });
    expect(response.status).toBe(401);
  });
});
