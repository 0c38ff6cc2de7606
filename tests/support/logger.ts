/** One line of a {@link recordingLogger}. */
export interface LogLine {
  level: "info" | "warn" | "error";
  message: string;
  error: unknown;
}

/** A logger that keeps what it is given and prints nothing. */
export function recordingLogger() {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine["level"]) =>
    (message: string, error?: unknown): void => {
      lines.push({ level, message, error });
    };
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}
