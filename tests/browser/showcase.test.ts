import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/browser.ts";
import { passwordOf, type Showcase, startShowcase } from "../support/showcase.ts";

await describeInBrowser("the showcase in a browser", (browser) => {
  let showcase: Showcase;
  beforeAll(async () => {
    showcase = await startShowcase();
  });
  afterAll(() => showcase.end());

  it("is a notebook without JavaScript: sign in, add, delete, sign out", async () => {
    await using visit = await open(browser, showcase, { javaScriptEnabled: false });
    const { page } = visit;
    await page.goto("/");
    await page.getByRole("link", { name: "Sign in" }).first().click();
    await signIn(page, "grace", "wrong");
    expect(await page.getByRole("alert").textContent()).toBe("That name and password do not go together.");
    expect(await page.getByLabel("Name").inputValue()).toBe("grace");
    await signIn(page, "grace", passwordOf("grace"));
    expect(await page.getByRole("status").textContent()).toBe("Welcome, Grace Hopper.");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Grace’s notes");
    expect(await page.getByRole("link", { name: "People" }).count()).toBe(0);

    await page.getByLabel("A new note").fill("COBOL,\nin a browser");
    await page.getByRole("button", { name: "Add note" }).click();
    expect(await page.getByRole("status").textContent()).toBe("Note added.");
    expect(await page.getByRole("listitem").count()).toBe(3);
    expect(await page.getByRole("listitem").first().locator("p").textContent()).toBe("COBOL,\nin a browser");

    await page
      .getByRole("button", { name: /^Delete/ })
      .first()
      .click();
    expect(await page.getByRole("status").textContent()).toBe("Note deleted.");
    expect(await page.getByRole("listitem").count()).toBe(2);

    await page.getByRole("button", { name: "Sign out" }).click();
    expect(await page.getByRole("status").textContent()).toBe("You are signed out.");
    await page.goto("/dashboard");
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(visit.violations).toEqual([]);
  });

  it("shows the people to an admin, and a page to a member who asks for them", async () => {
    await using admin = await open(browser, showcase);
    await admin.page.goto("/login");
    await signIn(admin.page, "ada", passwordOf("ada"));
    await admin.page.getByRole("link", { name: "People" }).click();
    expect(await admin.page.getByRole("row").count()).toBe(4);

    await using member = await open(browser, showcase);
    await member.page.goto("/login");
    await signIn(member.page, "katherine", passwordOf("katherine"));
    const refused = await member.page.goto("/dashboard/people");
    expect(refused?.status()).toBe(403);
    expect(await member.page.getByRole("heading").textContent()).toBe("Not for you");
    expect([...admin.violations, ...member.violations]).toEqual([]);
  });

  it("leads a visitor from the first page to its documentation, where the API can be tried", async () => {
    await using visit = await open(browser, showcase);
    const { page } = visit;
    await page.goto("/");
    await page.getByRole("link", { name: "Try it in the documentation" }).click();
    await page.getByRole("heading", { name: "Marginalia" }).waitFor();
    await page.locator("#operations-People-postApiLogin").click();
    const credentials = JSON.stringify({ username: "grace", password: passwordOf("grace") });
    await page.locator("textarea.body-param__text").fill(credentials);
    const [answer] = await Promise.all([
      page.waitForResponse("**/api/login"),
      page.getByRole("button", { name: "Execute" }).click(),
    ]);
    expect(answer.status()).toBe(200);
    expect(visit.violations).toEqual([]);
  });

  it("shows the markup of a note as text, and its policy would not run it either", async () => {
    await using visit = await open(browser, showcase);
    const { page } = visit;
    await page.goto("/login");
    await signIn(page, "ada", passwordOf("ada"));
    const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    await page.getByLabel("A new note").fill(markup);
    await page.getByRole("button", { name: "Add note" }).click();
    expect(await page.getByRole("listitem").first().locator("p").textContent()).toBe(markup);
    expect(await page.title()).toBe("Notes · Marginalia");
    await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "document.title = 'owned'";
      document.body.append(script);
    }`);
    expect(await page.title()).toBe("Notes · Marginalia");
    expect(visit.violations.join()).toContain("Content Security Policy");
  });

  it("refuses a form that a page of another origin sends with the session", async () => {
    await using visit = await open(browser, showcase);
    const { page } = visit;
    await page.goto("/login");
    await signIn(page, "katherine", passwordOf("katherine"));
    const before = await page.getByRole("listitem").count();
    await page.goto("data:text/html,<title>another origin</title>");
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.setContent(
        `<form method="post" action="${showcase.url}/dashboard/notes"><input name="text" value="forged"></form>
         <script>document.forms[0].submit()</script>`,
      ),
    ]);
    expect(answer.status()).toBe(403);
    await page.goto("/dashboard");
    expect(await page.getByRole("listitem").count()).toBe(before);
  });

  it.each([
    { theme: "light", colorScheme: "light", width: 1200 },
    { theme: "dark", colorScheme: "dark", width: 1200 },
    { theme: "narrow", colorScheme: "light", width: 320 },
  ] as const)("fits its pages into the window and can be read: $theme", async ({ colorScheme, width }) => {
    await using visit = await open(browser, showcase, { colorScheme, viewport: { width, height: 800 } });
    const { page } = visit;
    await page.goto("/login");
    await signIn(page, "ada", passwordOf("ada"));
    for (const path of ["/", "/dashboard", "/dashboard/people", "/nowhere"]) {
      await page.goto(path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
      expect(await page.evaluate(LOWEST_CONTRAST), path).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** The lowest contrast of any text on a page to what is behind it (WCAG 2.2, 1.4.3). */
const LOWEST_CONTRAST = `{
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (value) => (value <= 10 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const colorBehind = (element) => {
    const color = channels(getComputedStyle(element).backgroundColor);
    return color[3] === 0 ? colorBehind(element.parentElement) : color;
  };
  const contrast = (element) => {
    const pair = [channels(getComputedStyle(element).color), colorBehind(element)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  Math.min(...[...document.body.querySelectorAll("*")].filter(hasText).map(contrast));
}`;

/** A visitor's own window. `violations` collects what the browser's console complains of, but for error statuses. */
async function open(
  browser: Browser,
  showcase: Showcase,
  options: Parameters<Browser["newContext"]>[0] = {},
) {
  const context = await browser.newContext({ baseURL: showcase.url, ...options });
  const page = await context.newPage();
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of")) violations.push(message.text());
  });
  return { page, violations, [Symbol.asyncDispose]: () => context.close() };
}

async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
