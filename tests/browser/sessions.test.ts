import type { Browser, BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { FORMS, type Form, running, sessionCookie } from "../examples/example.ts";
import { describeInBrowser } from "../support/browser.ts";

await describeInBrowser("the session example in a browser", (browser) => {
  describe.each(FORMS)("by %s", (form) => sessionSuite(browser, form));
});

function sessionSuite(browser: Browser, form: Form): void {
  const program = running("sessions", form);

  /** A browser of its own for one visitor, who stands at `path`. */
  async function visit(path: string, visitor: (page: Page, context: BrowserContext) => Promise<void>) {
    await using context = await browser.newContext({ baseURL: program().url });
    context.setDefaultTimeout(5_000);
    const page = await context.newPage();
    await page.goto(path);
    await visitor(page, context);
  }

  async function signIn(page: Page, password = "secret"): Promise<void> {
    await page.getByLabel("Name").fill("admin");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  const pathOf = (page: Page) => new URL(page.url()).pathname;

  it("leads a stranger to the form, and from there to a greeting", async () => {
    await visit("/dashboard", async (page) => {
      expect(pathOf(page)).toBe("/login");
      await signIn(page);
      await page.waitForURL("/dashboard");
      expect(await page.getByRole("heading").textContent()).toBe("Welcome, admin!");
      await page.reload();
      expect(await page.getByRole("heading").textContent()).toBe("Welcome, admin!");
    });
  });

  it("says that a password is wrong, keeps no cookie, and lets try again", async () => {
    await visit("/login", async (page, context) => {
      await signIn(page, "wrong");
      expect(await page.getByRole("paragraph").textContent()).toBe("Invalid credentials");
      expect(await context.cookies()).toEqual([]);
      await signIn(page);
      await page.waitForURL("/dashboard");
    });
  });

  it("shows no script the cookie", async () => {
    await visit("/login", async (page, context) => {
      await signIn(page);
      await page.waitForURL("/dashboard");
      expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: "Lax", path: "/" }]);
      expect(await page.evaluate("document.cookie")).toBe("");
    });
  });

  it("shows a name with markup as text, and runs none of it", async () => {
    const name = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    await visit("/login", async (page, context) => {
      const [cookie, value] = (await sessionCookie(name)).split(/=(.*)/) as [string, string];
      await context.addCookies([{ name: cookie, value, url: program().url }]);
      await page.goto("/dashboard");
      expect(await page.getByRole("heading").textContent()).toBe(`Welcome, ${name}!`);
      expect(await page.locator("img, script").count()).toBe(0);
      expect(await page.title()).toBe("Dashboard");
    });
  });

  it("signs out: the cookie is gone, and the Back button shows nothing", async () => {
    await visit("/login", async (page, context) => {
      await signIn(page);
      await page.waitForURL("/dashboard");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL("/login");
      expect(await context.cookies()).toEqual([]);
      await page.goBack();
      expect(pathOf(page)).toBe("/login");
      await page.goto("/dashboard");
      expect(pathOf(page)).toBe("/login");
    });
  });

  it("sends a tampered cookie to the form", async () => {
    await visit("/login", async (page, context) => {
      await signIn(page);
      await page.waitForURL("/dashboard");
      const [cookie] = await context.cookies();
      if (cookie === undefined) throw new Error("There is no cookie");
      const changed = cookie.value[4] === "A" ? "B" : "A";
      const value = cookie.value.slice(0, 4) + changed + cookie.value.slice(5);
      await context.addCookies([{ ...cookie, value }]);
      await page.goto("/dashboard");
      expect(pathOf(page)).toBe("/login");
    });
  });

  it("lets a page of another site sign nobody out", async () => {
    await visit("/login", async (page) => {
      await signIn(page);
      await page.waitForURL("/dashboard");
      const elsewhere = `<form method="post" action="${program().url}/logout"><button>Win a prize</button></form>`;
      await page.goto(`data:text/html,${encodeURIComponent(elsewhere)}`);
      const [answer] = await Promise.all([
        page.waitForResponse(`${program().url}/logout`),
        page.getByRole("button").click(),
      ]);
      expect(answer.status()).toBe(403);
      await page.goto(`${program().url}/dashboard`);
      expect(await page.getByRole("heading").textContent()).toBe("Welcome, admin!");
    });
  });
}
