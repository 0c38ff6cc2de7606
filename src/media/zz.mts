import fc from "fast-check";
import { BOUNDARY, inPieces, part, readForm } from "./multipart.fixture.ts";
import { refusal } from "./source.fixture.ts";
process.on("unhandledRejection", (e) => { console.log("UNHANDLED", e); });
process.on("uncaughtException", (e) => { console.log("UNCAUGHT", e); });
const frags = ["\r\n", "--", BOUNDARY, `\r\n--${BOUNDARY}`, `--${BOUNDARY}--`, "\r\n\r\n", "Content-Disposition: form-data; name=\"a\"", "; filename=\"x\"", "x".repeat(70000), "y".repeat(200000), ":", "Content-Type: text/plain", "\0", part('name="q"', "1"), part('name="f"; filename="z"', "x".repeat(66000))];
const counts: Record<string, number> = {};
try { await fc.assert(fc.asyncProperty(fc.array(fc.nat(frags.length-1), { maxLength: 12 }), fc.constantFrom(1000, 16384, 65536, 1e6), async (f, size) => {
  const { source, form } = readForm(inPieces(`--${BOUNDARY}` + f.map(i=>frags[i]).join("") , size), { maxBodySize: 1e9 });
  let timer; const r = await Promise.race([refusal(form), new Promise<string>(res => {timer = setTimeout(res, 400, "HANG")})]);
  clearTimeout(timer);
  counts[r] = (counts[r] ?? 0) + 1;
  await source.cleanUp();
  if (r === "HANG") throw new Error("HANG");
}), { numRuns: 1500 });} catch (e) { console.log(String(e).slice(0,600)) }
console.log(counts);
process.exit();
