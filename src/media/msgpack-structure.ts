import { malformed } from "./faults.ts";
import { MAX_DEPTH } from "./limits.ts";
import { decodeUTF8 } from "./text.ts";

/** Bytes of payload after the heads 0xca to 0xd3: floats and integers. */
const NUMBER_SIZES = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];

/**
 * Walks a MessagePack body without building anything. A head of five bytes may claim four billion elements, and
 * the decoder makes room for them before it looks for them; after this check every claim is covered by bytes.
 *
 * @throws HTTPError 400 `malformed_body` for a body that is cut off, longer than its one value, too deep, not UTF-8
 * in a string, or has an extension type
 */
export function checkStructure(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open: number[] = []; // values still due in each container around
  let due = 1; // values still due in the innermost
  let total = 1; // values still due in all
  let at = 0;

  const need = (size: number): void => {
    if (size > bytes.length - at) throw malformed("The MessagePack body is incomplete");
  };
  const length = (width: number): number => {
    need(width);
    const value = width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at);
    at += width;
    return value;
  };
  const skip = (size: number): void => {
    need(size);
    at += size;
  };
  const string = (size: number): void => {
    const start = at;
    skip(size);
    for (let index = start; index < at; index++) {
      if (view.getUint8(index) > 0x7f) {
        decodeUTF8(bytes.subarray(start, at));
        return;
      }
    }
  };
  const container = (size: number): void => {
    total += size;
    need(total);
    if (open.length === MAX_DEPTH) throw malformed(`The body nests deeper than ${MAX_DEPTH} levels`);
    if (size === 0) return;
    open.push(due);
    due = size;
  };

  while (total > 0) {
    need(1);
    const head = view.getUint8(at++);
    due--;
    total--;
    if (head < 0x80 || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) {
      // the head is the value
    } else if (head < 0x90) container(2 * (head & 0x0f));
    else if (head < 0xa0) container(head & 0x0f);
    else if (head < 0xc0) string(head & 0x1f);
    else if (head >= 0xc4 && head <= 0xc6) skip(length(1 << (head - 0xc4)));
    else if (head >= 0xca && head <= 0xd3) skip(NUMBER_SIZES[head - 0xca] ?? 0);
    else if (head >= 0xd9 && head <= 0xdb) string(length(1 << (head - 0xd9)));
    else if (head === 0xdc || head === 0xdd) container(length(head === 0xdc ? 2 : 4));
    else if (head === 0xde || head === 0xdf) container(2 * length(head === 0xde ? 2 : 4));
    else throw malformed("The MessagePack body has a type that is not accepted");
    while (due === 0 && open.length > 0) due = open.pop() ?? 0;
  }
  if (at !== bytes.length) throw malformed("The MessagePack body has bytes after its value");
}
