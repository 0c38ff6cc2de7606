import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A Chromium that is ready to be started. */
export interface UnpackedChromium {
  readonly executablePath: string;
  /** Where it finds the libraries and fonts that came with it. */
  readonly env: Readonly<Record<string, string>>;
}

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/responder-ts");

/**
 * Unpacks the Chromium that `@sparticuz/chromium` carries, once for each of its versions: no download, no system
 * package. Several processes may do so at once; the first that is ready wins, and none sees half a browser.
 */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const directory = join(CACHE, `chromium-${await carriedVersion()}`);
  if (!(await exists(directory))) await unpackTo(directory);
  return {
    executablePath: join(directory, "chromium"),
    env: { LD_LIBRARY_PATH: join(directory, "al2023/lib"), FONTCONFIG_PATH: join(directory, "fonts") },
  };
}

async function carriedVersion(): Promise<string> {
  const manifest = new URL("../package.json", import.meta.resolve("@sparticuz/chromium"));
  return JSON.parse(await readFile(manifest, "utf8")).version;
}

async function unpackTo(directory: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const staging = await mkdtemp(join(CACHE, "unpacking-"));
  try {
    // The package unpacks to the temporary directory, and its libraries only where it takes the machine for AWS Lambda.
    await promisify(execFile)(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        'import chromium from "@sparticuz/chromium"; await chromium.executablePath();',
      ],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
      },
    );
    await writeFile(join(staging, "fonts/fonts.conf"), fontSettings(join(directory, "fonts")));
    await rename(staging, directory);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!(await exists(directory))) throw error;
  }
}

/** The browser's own fonts alone, so that a page has the same text sizes on every machine. */
function fontSettings(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${directory}</dir>
  <cachedir>${directory}/cache</cachedir>
</fontconfig>
`;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
