import { describe, expect, it } from "vitest";
import { Line } from "./line.ts";

/** Tasks that end when they are told to. */
function tasks(line: Line) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const start = (id: number) =>
    line.run(async () => {
      started.push(id);
      await new Promise<void>((resolve) => ends.push(resolve));
      return id;
    });
  return { started, ends, start };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a line", () => {
  it("lets so many in at once, and the others in their order", async () => {
    const { started, ends, start } = tasks(new Line(2, 10));
    const all = [0, 1, 2, 3, 4].map(start);
    await turn();
    expect(started).toEqual([0, 1]);
    ends[1]?.();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    for (let round = 0; round < 5; round++) {
      for (const end of ends) end();
      await turn();
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it("that is full sends away at once, with a time to come back", async () => {
    const { ends, start } = tasks(new Line(1, 1));
    const [first, second] = [start(0), start(1)];
    await expect(start(2)).rejects.toMatchObject({
      statusCode: 503,
      code: "too_busy",
      headers: { "Retry-After": "2" },
    });
    await turn();
    ends[0]?.();
    await first;
    await turn();
    ends[1]?.();
    expect(await second).toBe(1);
  });

  it("goes on after a task that failed", async () => {
    const line = new Line(1, 1);
    const failing = line.run(() => Promise.reject(new Error("x")));
    const next = line.run(async () => "next");
    await expect(failing).rejects.toThrow("x");
    expect(await next).toBe("next");
    expect(await line.run(async () => "later")).toBe("later");
  });

  it("never lets more in than it has places, whatever comes when", async () => {
    const line = new Line(3, 1000);
    let busy = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      busy--;
    };
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index % 7));
        await line.run(task);
      }),
    );
    expect([busy, most]).toEqual([0, 3]);
  });
});
