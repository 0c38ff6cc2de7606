import { API } from "responder-ts";
import { describe, expect, it } from "vitest";

describe("api.requests", () => {
  it("sends json, form, body, headers and cookies, and gives a Fetch Response", async () => {
    const api = new API().route("/echo", async (req) => ({
      method: req.method,
      type: req.headers.get("content-type"),
      header: req.headers.get("x-test"),
      cookies: { ...req.cookies },
      body: await req.text(),
    }));
    const client = api.requests;
    const options = { headers: { "x-test": "t" }, cookies: { a: "b c" } };
    const response = await client.put("/echo", { ...options, json: { a: 1 } });
    expect(response).toBeInstanceOf(Response);
    expect(await response.json()).toEqual({
      method: "PUT",
      type: "application/json",
      header: "t",
      cookies: { a: "b c" },
      body: '{"a":1}',
    });
    expect(await (await client.patch("/echo", { form: { a: "b c" } })).json()).toMatchObject({
      method: "PATCH",
      type: expect.stringContaining("application/x-www-form-urlencoded"),
      body: "a=b+c",
    });
    expect(await (await client.request("delete", "/echo", { body: "raw" })).json()).toMatchObject({
      method: "DELETE",
      body: "raw",
    });
  });

  it("refuses two bodies at once", async () => {
    await expect(new API().requests.post("/x", { json: 1, body: "x" })).rejects.toThrow(/one body/);
  });

  it("speaks https, so that Secure cookies arrive, and keeps them as a browser would", async () => {
    const api = new API().get("/set", (req, resp) => {
      resp.setCookie("a", "1");
      resp.setCookie("other", "2", { domain: "other.example" });
      resp.setCookie("deep", "3", { path: "/deep" });
      return { secure: req.url.protocol };
    });
    api.get("/get", (req) => ({ ...req.cookies }));
    api.get("/deep/get", (req) => ({ ...req.cookies }));
    api.get("/forget", (_req, resp) => resp.cookies.delete("a"));
    const client = api.requests;
    expect(await (await client.get("/set")).json()).toEqual({ secure: "https:" });
    expect(await (await client.get("/get")).json()).toEqual({ a: "1" });
    expect(await (await client.get("/deep/get")).json()).toEqual({ a: "1", deep: "3" });
    await client.get("/forget");
    expect(await (await client.get("/get")).json()).toEqual({});
  });

  it("is the same client each time; fresh() starts without cookies", async () => {
    const api = new API()
      .get("/set", (_req, resp) => resp.setCookie("a", "1"))
      .get("/get", (req) => ({ ...req.cookies }));
    await api.requests.get("/set");
    expect(await (await api.requests.get("/get")).json()).toEqual({ a: "1" });
    expect(await (await api.requests.fresh().get("/get")).json()).toEqual({});
  });

  it("follows redirects as a browser does: 303 comes with GET, 307 with method and body again", async () => {
    const api = new API();
    api.post("/see-other", (_req, resp) => {
      resp.setCookie("on-the-way", "1");
      resp.redirect("/end");
    });
    api.post("/again", (_req, resp) => resp.redirect("/end", { preserveMethod: true }));
    api.route("/end", async (req) => ({
      method: req.method,
      body: await req.text(),
      cookies: { ...req.cookies },
    }));
    const client = api.requests;
    expect(await (await client.post("/see-other", { body: "x" })).json()).toEqual({
      method: "GET",
      body: "",
      cookies: { "on-the-way": "1" },
    });
    expect(await (await client.post("/again", { body: "x" })).json()).toMatchObject({
      method: "POST",
      body: "x",
    });
  });

  it("does not follow where told so, nor to another origin, nor for ever", async () => {
    const api = new API();
    api.get("/go", (_req, resp) => resp.redirect("/end"));
    api.get("/away", (_req, resp) => resp.redirect("https://other.example/", { external: true }));
    api.get("/loop", (_req, resp) => resp.redirect("/loop"));
    const client = api.requests;
    expect((await client.get("/go", { redirect: "manual" })).status).toBe(302);
    expect((await client.get("/away")).headers.get("location")).toBe("https://other.example/");
    await expect(client.get("/loop")).rejects.toThrow(/more than 20 times/);
  });
});
