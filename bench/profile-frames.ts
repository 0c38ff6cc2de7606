/** What the profilers of V8 and Bun give, as far as it is read here. */
export interface CPUProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0, as is the column. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A function, or a call of it, with its part of the time in which the process was not idle. */
export interface Frame {
  readonly name: string;
  /** File and line, or what stands for them. */
  readonly place: string;
  /** Without what it calls. */
  readonly self: number;
  /** With what it calls. */
  readonly total: number;
}

/** A call with the calls that it makes, those with the most time first. */
export interface Call extends Frame {
  readonly calls: readonly Call[];
}

/** Says where a function is written. */
export type PlaceOf = (frame: CallFrame) => string;

const OUTSIDE = new Set(["(idle)", "(root)"]);

/** All calls as a tree, times as parts of the whole. */
export function callTree({ nodes, samples, timeDeltas }: CPUProfile, placeOf: PlaceOf): Call {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<number, number>();
  let whole = 0;
  samples.forEach((id, index) => {
    if (OUTSIDE.has(byId.get(id)?.callFrame.functionName ?? "(root)")) return;
    // A sample stands for the time until the next one.
    const time = timeDeltas[index + 1] ?? 0;
    times.set(id, (times.get(id) ?? 0) + time);
    whole += time;
  });
  const callOf = ({ id, callFrame, children = [] }: ProfileNode): Call => {
    const calls = children
      .flatMap((child) => byId.get(child) ?? [])
      .map(callOf)
      .filter(({ total }) => total > 0)
      .sort((a, b) => b.total - a.total);
    const self = (times.get(id) ?? 0) / whole;
    const total = calls.reduce((sum, call) => sum + call.total, self);
    return { name: callFrame.functionName || "(anonymous)", place: placeOf(callFrame), self, total, calls };
  };
  const root = nodes.find(({ callFrame }) => callFrame.functionName === "(root)");
  if (root === undefined || whole === 0) throw new Error("The profile has no samples");
  return callOf(root);
}

/** Every function, those with the most time of their own first. */
export function hottest(tree: Call): Frame[] {
  const frames = new Map<string, { name: string; place: string; self: number; total: number }>();
  const add = (call: Call, within: ReadonlySet<string>) => {
    const key = `${call.name} ${call.place}`;
    const frame = frames.get(key) ?? { name: call.name, place: call.place, self: 0, total: 0 };
    frames.set(key, frame);
    frame.self += call.self;
    // What calls itself has the time once.
    if (!within.has(key)) frame.total += call.total;
    const inner = within.has(key) ? within : new Set([...within, key]);
    for (const one of call.calls) add(one, inner);
  };
  for (const call of tree.calls) add(call, new Set());
  return [...frames.values()].sort((a, b) => b.self - a.self);
}

/** How the time divides among groups, the largest first. */
export function shares(tree: Call, groupOf: (frame: Frame) => string): { name: string; share: number }[] {
  const groups = new Map<string, number>();
  const add = (call: Call) => {
    if (call.self > 0) groups.set(groupOf(call), (groups.get(groupOf(call)) ?? 0) + call.self);
    call.calls.forEach(add);
  };
  tree.calls.forEach(add);
  return [...groups].map(([name, share]) => ({ name, share })).sort((a, b) => b.share - a.share);
}
