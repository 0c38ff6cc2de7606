/** What is registered by `describe` and `it`, and how it is run: one case after the other, each to its end. */

/** Milliseconds that a case or a hook may take. */
const LIMIT = 20_000;

type Hook = () => unknown;

export interface Case {
  readonly title: string;
  readonly body: Hook;
}

export class Group {
  readonly title: string;
  readonly parent: Group | undefined;
  readonly groups: Group[] = [];
  readonly cases: Case[] = [];
  readonly beforeAll: Hook[] = [];
  readonly afterAll: Hook[] = [];
  readonly beforeEach: Hook[] = [];
  readonly afterEach: Hook[] = [];

  constructor(title: string, parent?: Group) {
    this.title = title;
    this.parent = parent;
    parent?.groups.push(this);
  }

  /** `file > group > group`. */
  get path(): string {
    return this.parent === undefined ? this.title : `${this.parent.path} > ${this.title}`;
  }
}

let current: Group | undefined;

/** The group that is being filled. */
export function group(): Group {
  if (current === undefined) throw new Error("Cases are registered while a file is loaded, not later");
  return current;
}

/** Fills a group. */
export async function within(filled: Group, body: Hook): Promise<void> {
  const outer = current;
  current = filled;
  const loading = body();
  if (!(loading instanceof Promise)) {
    current = outer;
    return;
  }
  await loading.finally(() => {
    current = outer;
  });
}

/** A case that a runtime cannot pass, because the runtime has not what the case is about. */
export interface Lack {
  /** Part of the case's path: `file > group > case`. */
  readonly cases: string;
  /** What the runtime does not have. */
  readonly why: string;
}

/** How a run went. */
export interface Report {
  passed: number;
  readonly failed: { readonly name: string; readonly error: string }[];
  readonly skipped: { readonly name: string; readonly why: string }[];
  /** Lacks that no case has. */
  stale: string[];
}

/** Runs the cases of some files. */
export async function runAll(files: readonly Group[], lacks: readonly Lack[]): Promise<Report> {
  const report: Report = { passed: 0, failed: [], skipped: [], stale: [] };
  const lacking = (name: string) => lacks.find((lack) => name.includes(lack.cases));
  const used = new Set<Lack>();

  const runGroup = async (of: Group): Promise<void> => {
    const isEmpty = [...casesOf(of)].every((name) => lacking(name));
    if (!isEmpty) for (const hook of of.beforeAll) await limited(hook);
    for (const one of of.cases) {
      const name = `${of.path} > ${one.title}`;
      const lack = lacking(name);
      if (lack) {
        used.add(lack);
        report.skipped.push({ name, why: lack.why });
        continue;
      }
      const error = await failureOf(of, one);
      if (error === undefined) report.passed++;
      else report.failed.push({ name, error });
    }
    for (const inner of of.groups) await runGroup(inner);
    if (!isEmpty) for (const hook of of.afterAll) await limited(hook);
  };
  for (const file of files) await runGroup(file);
  report.stale = lacks.filter((lack) => !used.has(lack)).map((lack) => lack.cases);
  return report;
}

function* casesOf(of: Group): Iterable<string> {
  for (const { title } of of.cases) yield `${of.path} > ${title}`;
  for (const inner of of.groups) yield* casesOf(inner);
}

async function failureOf(of: Group, { body }: Case): Promise<string | undefined> {
  const lineage: Group[] = [];
  for (let one: Group | undefined = of; one; one = one.parent) lineage.unshift(one);
  const steps = [...lineage.flatMap((one) => one.beforeEach), body];
  const closing = lineage.toReversed().flatMap((one) => one.afterEach);
  let failure: string | undefined;
  try {
    for (const step of steps) await limited(step);
  } catch (error) {
    failure = textOf(error);
  }
  for (const step of closing) {
    try {
      await limited(step);
    } catch (error) {
      failure ??= `afterEach: ${textOf(error)}`;
    }
  }
  return failure;
}

async function limited(step: Hook): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${LIMIT} ms`)), LIMIT);
  });
  try {
    await Promise.race([step(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack?.includes(error.message) ? error.stack : `${error.message}\n${error.stack ?? ""}`;
}
