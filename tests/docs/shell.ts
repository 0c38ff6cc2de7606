/** What the shell blocks of the documentation may use: curl, a few of its options, and variables. */

/** One command of a shell block. */
export interface Command {
  /** The variable that takes a member of the JSON answer: `TOKEN=$(curl … | jq -r .token)`. */
  readonly assigned: { readonly variable: string; readonly member: string } | undefined;
  /** The words after `curl`, without quotes, with variables in place. */
  readonly words: (variables: ReadonlyMap<string, string>) => readonly string[];
}

/** What a command printed, as curl prints it. */
export interface Printed {
  /** Status line and header lines, where `-i` asks for them. */
  readonly head: readonly string[] | undefined;
  readonly body: string;
}

const ASSIGNMENT = /^([A-Z_]+)=\$\((curl .*?) \| jq -r \.(\w+)\)$/s;

/** Whether a shell block is one to execute: the others are for the reader's own machine. */
export function isExecutable(code: string): boolean {
  return /^(?:[A-Z_]+=\$\()?curl /m.test(code);
}

/** Whether a shell block is the package's own command. */
export function isResponder(code: string): boolean {
  return /^npx responder .*$/.test(code);
}

/** @throws Error for a line that is no curl command of the subset */
export function parseCommands(code: string): Command[] {
  const lines = code.replaceAll("\\\n", " ").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [, variable, curl = line, member] = ASSIGNMENT.exec(line) ?? [];
    if (!curl.startsWith("curl ")) throw new Error(`Only curl is executed in a shell block, not: ${line}`);
    return {
      assigned: variable && member ? { variable, member } : undefined,
      words: (variables) => splitWords(curl, variables).slice(1),
    };
  });
}

/** Runs the commands of one program's shell blocks, with the variables and cookies of those before. */
export class Shell {
  readonly #url: string;
  readonly #variables = new Map<string, string>();
  readonly #jars = new Map<string, Map<string, string>>();

  /** @param url what stands in place of `http://127.0.0.1:5042` */
  constructor(url: string) {
    this.#url = url;
  }

  async run(command: Command): Promise<Printed | undefined> {
    const printed = await this.#curl(command.words(this.#variables));
    if (!command.assigned) return printed;
    const answer: Record<string, unknown> = JSON.parse(printed.body);
    this.#variables.set(command.assigned.variable, String(answer[command.assigned.member]));
    return undefined;
  }

  async #curl(words: readonly string[]): Promise<Printed> {
    const headers = new Headers({ accept: "*/*" });
    const data: string[] = [];
    let method: string | undefined;
    let withHead = false;
    let url: string | undefined;
    let sent: string | undefined;
    let kept: string | undefined;
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as string;
      const value = () => words[++index] ?? "";
      if (word === "-s") continue;
      else if (word === "-i") withHead = true;
      else if (word === "-X") method = value();
      else if (word === "-d") data.push(value());
      else if (word === "-b") sent = value();
      else if (word === "-c") kept = value();
      else if (word === "-H") {
        const [, name = "", text = ""] = /^([^:]+):\s*(.*)$/.exec(value()) ?? [];
        headers.set(name, text);
      } else if (word.startsWith("-") || url !== undefined) throw new Error(`curl ${word} is not understood`);
      else url = word.replace("http://127.0.0.1:5042", this.#url);
    }
    if (!url?.startsWith(this.#url))
      throw new Error(`curl is given no URL of the program: ${words.join(" ")}`);
    if (data.length > 0 && !headers.has("content-type")) {
      headers.set("content-type", "application/x-www-form-urlencoded");
    }
    const cookies = [...(this.#jars.get(sent ?? "") ?? [])].map(([name, text]) => `${name}=${text}`);
    if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
    const response = await fetch(url, {
      method: method ?? (data.length > 0 ? "POST" : "GET"),
      headers,
      redirect: "manual",
      body: data.length > 0 ? data.join("&") : null,
    });
    if (kept !== undefined) this.#keep(kept, response.headers.getSetCookie());
    const lines = [...response.headers].map(([name, text]) => `${name}: ${text}`);
    return {
      head: withHead ? [`HTTP/1.1 ${response.status} ${response.statusText}`, ...lines] : undefined,
      body: await response.text(),
    };
  }

  #keep(jar: string, lines: readonly string[]): void {
    const cookies = this.#jars.get(jar) ?? new Map<string, string>();
    for (const line of lines) {
      const [, name = "", text = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, text);
    }
    this.#jars.set(jar, cookies);
  }
}

/** What is missing or wrong in the output, against the block that says what it is; undefined where it fits. */
export function mismatch(
  printed: readonly Printed[],
  expected: { language: string; code: string },
): string | undefined {
  const bodies = printed.map(({ body }) => body.replace(/\n$/, "")).join("\n");
  if (expected.language === "json") {
    return fits(JSON.stringify(JSON.parse(bodies)), JSON.stringify(JSON.parse(expected.code)))
      ? undefined
      : bodies;
  }
  const head = printed.length === 1 ? printed[0]?.head : undefined;
  if (head === undefined) {
    if (printed.some((one) => one.head)) return "A block with curl -i has no second command";
    return fits(bodies, expected.code) ? undefined : bodies;
  }
  const [wanted = "", ...rest] = expected.code.split("\n\n");
  const whole = `${head.join("\n")}\n\n${bodies}`;
  const everyLine = wanted.split("\n").every((line) => head.some((actual) => fits(actual, line)));
  return everyLine && fits(bodies, rest.join("\n\n")) ? undefined : whole;
}

/** Whether text is as expected, where "…" stands for anything within a line. */
export function fits(actual: string, expected: string): boolean {
  const pattern = expected.split("…").map((part) => RegExp.escape(part));
  return new RegExp(`^${pattern.join(".*")}$`).test(actual);
}

/** A command's words: bare, in single quotes, or in double quotes, variables in all but the single ones. */
function splitWords(line: string, variables: ReadonlyMap<string, string>): string[] {
  const filled = (text: string) =>
    text.replace(/\$([A-Z_]+)/g, (_, name: string) => {
      const value = variables.get(name);
      if (value === undefined) throw new Error(`$${name} was not set by an earlier command`);
      return value;
    });
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, bare]) => single ?? filled(double ?? bare ?? ""),
  );
}
