import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BOUNDARY, inPieces, multipart, part, readForm } from "./multipart.fixture.ts";
import { refusal, type TestBody } from "./source.fixture.ts";
import { Upload } from "./upload.ts";

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "upload-test-"));
  vi.stubEnv("TMPDIR", temporary);
  vi.stubEnv("TEMP", temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true });
});

const filesOnDisk = async () =>
  (await readdir(temporary, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

async function receive(body: TestBody, maxBodySize = 1e9) {
  const { source, form } = readForm(body, { maxBodySize });
  const { file } = await form;
  if (!(file instanceof Upload)) throw new Error("no file");
  return { source, file };
}

const ofSize = (size: number) => multipart(part('name="file"; filename="a.bin"', "x".repeat(size), "a/b"));

/** A file of 64 KiB pieces, made while it is read, with an end or without. */
async function* largeFile(pieces: number, end: () => void = () => {}): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big"\r\n\r\n`,
  );
  for (let index = 0; index < pieces; index++) yield new Uint8Array(65_536).fill(index % 251);
  end();
  yield encoder.encode(`\r\n--${BOUNDARY}--\r\n`);
}

describe("an upload", () => {
  it("stays in memory up to 64 KiB, and goes to disk past it", async () => {
    const small = await receive(ofSize(65_536));
    expect(await filesOnDisk()).toEqual([]);
    expect(await small.file.bytes()).toHaveLength(65_536);
    const large = await receive(ofSize(65_537));
    expect(await filesOnDisk()).toHaveLength(1);
    expect(await large.file.bytes()).toHaveLength(65_537);
    await large.source.cleanUp();
  });

  it("of 20 MB streams to a private file on disk, and is gone after the answer", async () => {
    const { source, file } = await receive(largeFile(320));
    expect(file.size).toBe(320 * 65_536);
    const [entry] = await filesOnDisk();
    if (!entry) throw new Error("nothing on disk");
    const status = await stat(join(entry.parentPath, entry.name));
    expect(status.size).toBe(file.size);
    expect(status.mode & 0o777).toBe(0o600);
    expect((await stat(entry.parentPath)).mode & 0o777).toBe(0o700);

    let at = 0;
    let wrong = 0;
    for await (const piece of file.stream()) {
      for (const byte of piece) if (byte !== Math.floor(at++ / 65_536) % 251) wrong++;
    }
    expect([at, wrong]).toEqual([file.size, 0]);

    await source.cleanUp();
    expect(await readdir(temporary)).toEqual([]);
    await expect(file.bytes()).rejects.toThrow(/temporary file is gone.*saveTo/);
    await expect(file.stream()[Symbol.asyncIterator]().next()).rejects.toThrow(/is gone/);
  });

  it("keeps memory flat: no more is asked for than the disk takes", async () => {
    let peak = 0;
    const base = process.memoryUsage().arrayBuffers;
    async function* watched() {
      for await (const piece of largeFile(1_600)) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - base);
        yield piece;
      }
    }
    const { source, file } = await receive(watched());
    expect(file.size).toBe(1_600 * 65_536);
    expect(peak).toBeLessThan(file.size / 2);
    await source.cleanUp();
  });

  it.each([
    [
      "the client goes half-way",
      largeFile(20, () => {
        throw new Error("aborted");
      }),
      1e9,
      "aborted",
    ],
    ["the body is over the limit", largeFile(20), 500_000, "413"],
  ])("leaves nothing on disk when %s", async (_what, body, maxBodySize, message) => {
    const { source, form } = readForm(body, { maxBodySize });
    const error = await form.catch((caught: unknown) => caught);
    expect(`${String(error)} ${JSON.stringify(error)}`).toContain(message);
    expect(await filesOnDisk()).toHaveLength(1);
    await source.cleanUp();
    expect(await readdir(temporary)).toEqual([]);
  });

  it("leaves nothing on disk when the body is cut off or refused half-way", async () => {
    const file = part('name="file"; filename="a"', "x".repeat(200_000));
    for (const body of [
      file,
      multipart(file, part('name="__proto__"', "1")),
      multipart(file, part('name=""; x', "\ud800")),
    ]) {
      const { source, form } = readForm(inPieces(body, 10_000));
      await refusal(form);
      expect(await filesOnDisk()).toHaveLength(1);
      await source.cleanUp();
      expect(await readdir(temporary)).toEqual([]);
    }
  });

  it("receives several large files at once, each its own", async () => {
    const files = ["a", "b", "c"].map((name) => part(`name="${name}"; filename="f"`, name.repeat(100_000)));
    const { source, form } = readForm(inPieces(multipart(...files), 50_000));
    for (const [name, file] of Object.entries(await form)) {
      expect(file instanceof Upload && (await file.text()) === name.repeat(100_000)).toBe(true);
    }
    expect(await readdir(temporary)).toHaveLength(1);
    await source.cleanUp();
    expect(await readdir(temporary)).toEqual([]);
  });

  it.each([10, 100_000])("of %i bytes is saved to a file, over what was there", async (size) => {
    const { source, file } = await receive(ofSize(size));
    const target = join(temporary, "saved");
    await writeFile(target, "y".repeat(200_000));
    await file.saveTo(target);
    await source.cleanUp();
    expect(await readFile(target, "utf8")).toBe("x".repeat(size));
  });

  it("that is gone does not empty the file it is saved to", async () => {
    const { source, file } = await receive(ofSize(100_000));
    await source.cleanUp();
    const target = join(temporary, "saved");
    await writeFile(target, "kept");
    await expect(file.saveTo(target)).rejects.toThrow(/is gone/);
    expect(await readFile(target, "utf8")).toBe("kept");
  });

  it("can be read more than once, and left half-way", async () => {
    for (const size of [0, 10, 200_000]) {
      const { source, file } = await receive(ofSize(size));
      for await (const _piece of file.stream()) break;
      let streamed = 0;
      for await (const piece of file.stream()) streamed += piece.length;
      expect(streamed).toBe(size);
      expect(await file.text()).toBe("x".repeat(size));
      await source.cleanUp();
    }
  });

  it("is refused as text where it is not UTF-8", async () => {
    const content = new Uint8Array([0xff]);
    const file = new Upload({ name: "f", filename: "f", type: "text/plain", size: 1, content });
    expect(await refusal(file.text())).toBe("400 malformed_body");
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ["/etc/cron.d/x", "x"],
    ["C:\\Users\\me\\photo.jpg", "photo.jpg"],
    ["C:photo.jpg", "photo.jpg"],
    ["a/b\\c", "c"],
    ["..", ""],
    ["dir/", ""],
    ["a/..", ""],
    ["evil\u0000.png\r\n", "evil.png"],
    ["\u202egnp.exe", "gnp.exe"],
    [".\u0000.", ""],
    [" ordinary name.txt ", "ordinary name.txt"],
  ])("has no path and no control characters in its filename: %j", (given, expected) => {
    const file = new Upload({ name: "f", filename: given, type: "a/b", size: 0, content: new Uint8Array() });
    expect(file.filename).toBe(expected);
  });
});
