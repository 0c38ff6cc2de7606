import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API } from "responder-ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const MODIFIED = new Date("2024-05-06T07:08:09Z");
let root = "";

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "responder-files-"));
  root = join(folder, "public");
  await mkdir(join(root, "sub"), { recursive: true });
  await writeFile(join(root, "hello.txt"), "0123456789");
  await writeFile(join(root, "empty.bin"), "");
  await writeFile(join(root, "sub", "page.html"), "<p>page</p>");
  await writeFile(join(root, "large.dat"), Buffer.alloc(300_000, 7));
  await writeFile(join(folder, "secret.txt"), "secret");
  await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
  await utimes(join(root, "hello.txt"), MODIFIED, MODIFIED);
});
afterAll(() => rm(join(root, ".."), { recursive: true }));

function files(): API {
  const api = new API();
  api.get("/files/{name:path}", (req, resp) => resp.file(req.params.name, { root }));
  api.get("/download/{name:path}", (req, resp) => resp.download(req.params.name, undefined, { root }));
  api.get("/named", (_req, resp) => resp.download("hello.txt", 'größe "1".txt', { root }));
  api.post("/files/{name:path}", (req, resp) => resp.file(req.params.name, { root }));
  return api;
}

overTransports("files", (serve) => {
  it("go out with type, length, date, tag and the offer of ranges", async () => {
    const send = await serve(files());
    const response = await send("/files/hello.txt");
    expect(await response.text()).toBe("0123456789");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": "10",
      "last-modified": MODIFIED.toUTCString(),
      "accept-ranges": "bytes",
    });
    expect(response.headers.get("etag")).toMatch(/^"[^"]+"$/);
    expect(response.headers.has("content-disposition")).toBe(false);
  });

  it("have the type of their names, and of any size arrive whole", async () => {
    const send = await serve(files());
    expect((await send("/files/sub/page.html")).headers.get("content-type")).toBe("text/html; charset=utf-8");
    const large = await send("/files/large.dat");
    expect((await large.bytes()).length).toBe(300_000);
    expect((await (await send("/files/empty.bin")).bytes()).length).toBe(0);
  });

  it("are offered for download under their own name or another", async () => {
    const send = await serve(files());
    expect((await send("/download/hello.txt")).headers.get("content-disposition")).toContain(
      'filename="hello.txt"',
    );
    const named = (await send("/named")).headers.get("content-disposition") ?? "";
    expect(named).toMatch(
      /^attachment; filename="gr__e _1_\.txt"; filename\*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22\.txt$/,
    );
  });

  it("are open for nobody who gives up before the first byte", async () => {
    const before = (await readdir("/proc/self/fd").catch(() => [])).length;
    const api = files();
    const send = await serve(api);
    // The answers are dropped unread: of a large file nothing has been read by then.
    for (let round = 0; round < 20; round++) await api.fetch(new Request(`${send.origin}/files/large.dat`));
    const after = (await readdir("/proc/self/fd").catch(() => [])).length;
    expect(after).toBeLessThan(before + 10);
  });

  it("that change while they are sent are cut, never mixed", async () => {
    const path = join(root, "changing.dat");
    await writeFile(path, Buffer.alloc(300_000, 1));
    const api = new API({ logger: recordingLogger() }).get("/changing", (_req, resp) => resp.file(path));
    const response = await api.fetch(new Request("http://localhost/changing"));
    await writeFile(path, Buffer.alloc(400_000, 2));
    await expect(response.bytes()).rejects.toThrow(/changed while it was sent/);
  });

  describe("ranges", () => {
    it.each([
      ["bytes=2-5", 206, "2345", "bytes 2-5/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-3", 206, "789", "bytes 7-9/10"],
      ["bytes=0-99", 206, "0123456789", "bytes 0-9/10"],
      ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
      ["bytes=5-2", 200, "0123456789", null],
      ["bytes=0-1,4-5", 200, "0123456789", null],
      ["lines=1-2", 200, "0123456789", null],
      ["bytes=a-b", 200, "0123456789", null],
    ])("%s gives %i %s", async (range, status, body, contentRange) => {
      const send = await serve(files());
      const response = await send("/files/hello.txt", { headers: { range } });
      expect([response.status, await response.text(), response.headers.get("content-range")]).toEqual([
        status,
        body,
        contentRange,
      ]);
      expect(response.headers.get("content-length")).toBe(String(body.length));
    });

    it.each(["bytes=10-", "bytes=-0"])("%s lies outside: 416 that names the size", async (range) => {
      const send = await serve(files());
      const response = await send("/files/hello.txt", { headers: { range } });
      expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    });

    it("of something that changed since give the whole", async () => {
      const send = await serve(files());
      const etag = (await send("/files/hello.txt")).headers.get("etag") ?? "";
      const ranged = async (ifRange: string) =>
        (await send("/files/hello.txt", { headers: { range: "bytes=0-0", "if-range": ifRange } })).status;
      expect(await ranged(etag)).toBe(206);
      expect(await ranged('"other"')).toBe(200);
      expect(await ranged(MODIFIED.toUTCString())).toBe(206);
    });

    it("are for GET: a POST gets the whole", async () => {
      const send = await serve(files());
      expect(
        (await send("/files/hello.txt", { method: "POST", headers: { range: "bytes=0-0" } })).status,
      ).toBe(200);
    });

    it("answer HEAD with the same fields and no body", async () => {
      const send = await serve(files());
      const response = await send("/files/hello.txt", { method: "HEAD", headers: { range: "bytes=2-5" } });
      expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([
        206,
        "4",
        "",
      ]);
    });
  });

  describe("outside their folder", () => {
    it.each([
      "/files/..%2Fsecret.txt",
      "/files/%2e%2e%2fsecret.txt",
      "/files/sub/..%2F..%2Fsecret.txt",
      "/files/%2Fetc%2Fpasswd",
      "/files//etc/passwd",
      "/files/link.txt",
      "/files/sub",
      "/files/",
      "/files/none.txt",
      "/files/hello.txt%00.html",
      "/files/..%5Csecret.txt",
    ])("%s gives nothing away", async (path) => {
      const send = await serve(files());
      const response = await send(path);
      expect([400, 404]).toContain(response.status);
      expect(await response.text()).not.toMatch(/secret$|root:/);
    });
  });
});

overTransports("a conditional request", (serve) => {
  const tagged = () =>
    new API().route("/page", (_req, resp) => {
      resp.etag = "v1";
      resp.lastModified = MODIFIED;
      resp.headers.set("cache-control", "no-cache");
      resp.text = "page";
    });

  it.each([
    ['"v1"', 304],
    ['W/"v1"', 304],
    ['"v0", "v1"', 304],
    ["*", 304],
    ['"v2"', 200],
    ["v1", 200],
  ])("If-None-Match: %s is %i", async (tags, status) => {
    const send = await serve(tagged());
    const response = await send("/page", { headers: { "if-none-match": tags } });
    expect([response.status, await response.text()]).toEqual([status, status === 304 ? "" : "page"]);
    expect(response.headers.get("etag")).toBe('"v1"');
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  it.each([
    [MODIFIED.toUTCString(), 304],
    ["Fri, 31 Dec 2100 00:00:00 GMT", 304],
    ["Sat, 01 Jan 2000 00:00:00 GMT", 200],
    ["yesterday", 200],
  ])("If-Modified-Since: %s is %i", async (since, status) => {
    const send = await serve(tagged());
    expect((await send("/page", { headers: { "if-modified-since": since } })).status).toBe(status);
  });

  it("goes by the tag where both are sent", async () => {
    const send = await serve(tagged());
    const headers = { "if-none-match": '"v2"', "if-modified-since": MODIFIED.toUTCString() };
    expect((await send("/page", { headers })).status).toBe(200);
  });

  it("is one for GET and HEAD, and for a 200 alone", async () => {
    const send = await serve(
      tagged().get("/made", (_req, resp) => {
        resp.etag = "v1";
        resp.statusCode = 201;
      }),
    );
    const headers = { "if-none-match": '"v1"' };
    expect((await send("/page", { method: "HEAD", headers })).status).toBe(304);
    expect((await send("/page", { method: "POST", headers })).status).toBe(200);
    expect((await send("/made", { headers })).status).toBe(201);
  });

  it("holds for files", async () => {
    const send = await serve(files());
    const first = await send("/files/hello.txt");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const second = await send("/files/hello.txt", { headers });
    expect([second.status, await second.text()]).toEqual([304, ""]);
  });
});
