import type { Page } from "playwright-core";
import { API } from "responder-ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { notesAPI } from "../openapi/notes.ts";
import { describeInBrowser } from "../support/browser.ts";

await describeInBrowser("the docs page in a browser", (browser) => {
  const api = notesAPI();
  const outer = new API({ openapi: false }).mount("/v1", notesAPI());
  const urls = { api: "", outer: "" };
  beforeAll(async () => {
    urls.api = (await api.listen({ port: 0 })).url;
    urls.outer = (await outer.listen({ port: 0 })).url;
  });
  afterAll(async () => {
    await api.close();
    await outer.close();
  });

  /** Opens the page, and tells what its console said and which addresses it asked for. */
  async function open(
    address: string,
    visitor: (page: Page, seen: { said: string[]; asked: string[] }) => Promise<void>,
  ): Promise<void> {
    await using context = await browser.newContext();
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const seen = { said: [] as string[], asked: [] as string[] };
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") seen.said.push(message.text());
    });
    page.on("pageerror", (error) => seen.said.push(String(error)));
    page.on("request", (request) => seen.asked.push(request.url()));
    await page.goto(address);
    await page.getByRole("heading", { level: 1, name: "Notes" }).waitFor();
    await visitor(page, seen);
  }

  /** Tries an operation out, and gives the status and the body that the page shows. */
  async function execute(page: Page, operation: string): Promise<{ status: string; body: string }> {
    const block = page.locator(`#operations-${operation}`);
    if ((await block.getByRole("button", { name: "Execute" }).count()) === 0) {
      await block.locator(".opblock-summary-control").click();
    }
    await block.getByRole("button", { name: "Execute" }).click();
    const live = block.locator(".live-responses-table .response");
    await live.waitFor();
    return {
      status: ((await live.locator(".response-col_status").textContent()) ?? "").trim(),
      body: (await live.locator("pre code").first().textContent()) ?? "",
    };
  }

  async function authorize(page: Page, token: string): Promise<void> {
    await page.locator(".auth-wrapper").getByRole("button", { name: "Authorize" }).click();
    const dialog = page.locator(".dialog-ux");
    const form = dialog.locator(".auth-container").filter({ hasText: "bearer" });
    await form.getByRole("textbox").fill(token);
    await form.getByRole("button", { name: "Apply" }).click();
    await dialog.getByRole("button", { name: "Close" }).first().click();
  }

  it("lists the operations, and loads nothing from elsewhere", async () => {
    await open(`${urls.api}/docs`, async (page, { said, asked }) => {
      expect(await page.locator(".opblock").count()).toBe(11);
      expect(await page.getByText("Sign in").count()).toBe(1);
      expect(asked.filter((url) => !url.startsWith(urls.api) && !url.startsWith("data:"))).toEqual([]);
      expect(said).toEqual([]);
    });
  });

  it("is answered 401 without a token, and 200 with one got from /login", async () => {
    await open(`${urls.api}/docs`, async (page, { said }) => {
      expect((await execute(page, "people-getMe")).status).toMatch(/^401/);

      const signedIn = await execute(page, "people-postLogin");
      expect(signedIn.status).toMatch(/^200/);
      const { token } = JSON.parse(signedIn.body);
      await authorize(page, token);

      const me = await execute(page, "people-getMe");
      expect(me.status).toMatch(/^200/);
      expect(JSON.parse(me.body)).toEqual({ user_id: "the admin" });
      expect(said.filter((line) => !line.includes("401"))).toEqual([]);
    });
  });

  it("works in an application that is mounted under a prefix", async () => {
    await open(`${urls.outer}/v1/docs`, async (page, { said, asked }) => {
      expect((await execute(page, "people-getMe")).status).toMatch(/^401/);
      expect(asked).toContain(`${urls.outer}/v1/me`);
      expect(said.filter((line) => !line.includes("401"))).toEqual([]);
    });
  });

  it("runs no script that somebody put into a description", async () => {
    const evil = new API({
      title: "Notes</title><script>document.title='owned'</script>",
      description: "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    });
    const { url } = await evil.listen({ port: 0 });
    try {
      await open(`${url}/docs`, async (page) => {
        await page.locator(".information-container").waitFor();
        expect(await page.title()).toBe("Notes</title><script>document.title='owned'</script>");
      });
    } finally {
      await evil.close();
    }
  });
});
