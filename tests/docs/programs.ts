import type { Block, Document } from "./markdown.ts";
import type { Output, Running, Sandbox } from "./sandbox.ts";
import { fits, isExecutable, isResponder, mismatch, type Printed, parseCommands, Shell } from "./shell.ts";

/** A `ts` block, and the blocks after it that say how to use it and what it prints. */
export interface Program {
  /** `docs/routing.md:12`, for messages. */
  readonly name: string;
  /** Where its file is in the sandbox. */
  readonly path: string;
  readonly code: string;
  readonly followers: readonly Block[];
}

/** The programs of a document. A folder for each document, so that a block can import a named one. */
export function programsOf(document: Document): Program[] {
  const folder = document.path.replace(/\.md$/, "");
  const starts = document.blocks.flatMap((block, index) => (block.language === "ts" ? [index] : []));
  return starts.map((start, index) => {
    const block = document.blocks[start] as Block;
    return {
      name: `${document.path}:${block.line}`,
      path: `${folder}/${block.file ?? `line-${block.line}.ts`}`,
      code: block.code,
      followers: document.blocks.slice(start + 1, starts[index + 1]),
    };
  });
}

/** Whether a program goes on until a signal. */
export function isServer({ code }: Program): boolean {
  return /\bapi\.run\(/.test(code);
}

/** Runs a program, talks to it as its document does, and ends it. @throws Error that says what was different */
export async function runProgram(sandbox: Sandbox, program: Program): Promise<void> {
  await runResponder(sandbox, program);
  const running = sandbox.start(program.path);
  const deadline = setTimeout(() => void running.stop("SIGKILL"), 15_000);
  try {
    if (!isServer(program)) {
      const { exitCode, stdout, stderr } = await running.ended();
      if (exitCode !== 0) throw new Error(`It ended with ${exitCode}:\n${stdout}${stderr}`);
      const [expected] = program.followers;
      const wanted = expected?.language === "text" ? expected.code : "";
      const actual = stdout.replace(/\n$/, "");
      if (!fits(actual, wanted)) throw new Error(`It printed:\n${actual}\nand not:\n${wanted}`);
      return;
    }
    await talk(new Shell(await running.url()), program);
    const { exitCode, stderr } = await running.stop("SIGTERM");
    if (exitCode !== 0) throw new Error(`After SIGTERM it ended with ${exitCode}:\n${stderr}`);
  } finally {
    clearTimeout(deadline);
    await running.stop("SIGKILL");
  }
}

/** Runs the package's own command where a document does, on the program before. */
async function runResponder(sandbox: Sandbox, { path, followers }: Program): Promise<void> {
  for (const [index, block] of followers.entries()) {
    if (block.language !== "sh" || !isResponder(block.code)) continue;
    const args = block.code.split(/\s+/).slice(2);
    const running = sandbox.responder(path, args);
    const { stdout, stderr } = await (args[0] === "run" ? untilReady(running) : running.ended());
    const expected = followers[index + 1]?.code ?? "";
    if (!fits(stdout.trimEnd(), expected)) {
      throw new Error(`Line ${block.line} printed:\n${stdout}${stderr}\nand not:\n${expected}`);
    }
  }
}

/** Stops what was started as soon as it is ready. @returns what it has printed by then @throws Error when it fails */
async function untilReady(running: Running): Promise<Output> {
  const deadline = setTimeout(() => void running.stop("SIGKILL"), 15_000);
  try {
    const url = await running.url();
    const output = await running.stop("SIGTERM");
    if (output.exitCode !== 0)
      throw new Error(`After SIGTERM it ended with ${output.exitCode}:\n${output.stderr}`);
    return { ...output, stdout: output.stdout.slice(0, output.stdout.indexOf(url) + url.length) };
  } finally {
    clearTimeout(deadline);
  }
}

async function talk(shell: Shell, { name, followers }: Program): Promise<void> {
  for (const [index, block] of followers.entries()) {
    if (block.language !== "sh" || !isExecutable(block.code)) continue;
    const printed: Printed[] = [];
    for (const command of parseCommands(block.code)) {
      const output = await shell.run(command);
      if (output) printed.push(output);
    }
    const expected = followers[index + 1];
    if (expected === undefined || !["text", "json"].includes(expected.language)) {
      if (printed.length > 0) throw new Error(`${name}, line ${block.line}: no block says what curl prints`);
      continue;
    }
    const difference = mismatch(printed, expected);
    if (difference !== undefined) {
      throw new Error(`Line ${block.line} printed:\n${difference}\nand not:\n${expected.code}`);
    }
  }
}

/** Runs tasks two at a time, in order; each has its own promise. */
export function twoAtATime<Task>(
  tasks: readonly Task[],
  run: (task: Task) => Promise<void>,
): Map<Task, Promise<void>> {
  const lanes = [Promise.resolve(), Promise.resolve()];
  const started = tasks.map((task, index): [Task, Promise<void>] => {
    const lane = index % lanes.length;
    const running = (lanes[lane] as Promise<void>).then(() => run(task));
    lanes[lane] = running.catch(() => undefined);
    return [task, running];
  });
  return new Map(started);
}
