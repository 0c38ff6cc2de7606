/** Where a command writes. */
export interface Terminal {
  print(text: string): Promise<void>;
  warn(text: string): void;
}

/** A command that was called the wrong way. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
