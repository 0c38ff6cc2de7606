/** What V8's profiler writes, as far as it is read here. */
export interface CPUProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

export interface Frame {
  readonly name: string;
  /** File and line, or what stands for them. */
  readonly place: string;
  /** Its part of the time in which the process was not idle. */
  readonly share: number;
}

const OUTSIDE = new Set(["(idle)", "(root)"]);

/** The frames with the most time of their own, those that they call left out. */
export function hottest(profile: CPUProfile, root: string): Frame[] {
  return summed(profile, ({ functionName, url, lineNumber }) => ({
    name: functionName || "(anonymous)",
    place: url === "" ? "" : `${shorten(url, root)}:${lineNumber + 1}`,
  }));
}

/** How the time divides among the application's own code, its dependencies, Node and the machine below. */
export function shares(profile: CPUProfile, root: string): Frame[] {
  return summed(profile, ({ functionName, url }) => ({ name: originOf(functionName, url, root), place: "" }));
}

type CallFrame = CPUProfile["nodes"][number]["callFrame"];

function summed(profile: CPUProfile, keyOf: (frame: CallFrame) => { name: string; place: string }): Frame[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; place: string; time: number }>();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (!frame || OUTSIDE.has(frame.functionName)) return;
    // A sample stands for the time until the next one.
    const time = profile.timeDeltas[index + 1] ?? 0;
    const { name, place } = keyOf(frame);
    const entry = times.get(`${name} ${place}`) ?? { name, place, time: 0 };
    entry.time += time;
    times.set(`${name} ${place}`, entry);
    total += time;
  });
  return [...times.values()]
    .sort((a, b) => b.time - a.time)
    .map(({ name, place, time }) => ({ name, place, share: time / total }));
}

function originOf(functionName: string, url: string, root: string): string {
  if (url.startsWith("node:")) return "Node";
  if (url === "") return functionName.startsWith("(") ? functionName : "V8 and native code";
  const path = shorten(url, root);
  if (!path.startsWith("node_modules/")) return path.startsWith("dist/") ? "responder-ts" : "the application";
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}

function shorten(url: string, root: string): string {
  return url.replace("file://", "").replace(root, "");
}
