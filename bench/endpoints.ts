/** What every contestant answers, and how the answer is checked before anything is measured. */
export interface Endpoint {
  readonly name: string;
  readonly path: string;
  /** Without parameters: some add a charset to JSON, some do not. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ENDPOINTS: readonly Endpoint[] = [
  { name: "text", path: "/text", type: "text/plain", body: "Hello, World!" },
  { name: "json", path: "/json", type: "application/json", body: '{"message":"Hello, World!"}' },
  { name: "param", path: "/hello/Ada%20Lovelace", type: "text/plain", body: "Hello, Ada Lovelace!" },
];

/** @throws Error where the answer is not the endpoint's */
export async function checkAnswer(origin: string, endpoint: Endpoint): Promise<void> {
  const response = await fetch(origin + endpoint.path, { headers: { ...endpoint.headers } });
  const body = await response.text();
  const type = response.headers.get("content-type")?.split(";")[0];
  const length = response.headers.get("content-length");
  if (
    response.status !== 200 ||
    type !== endpoint.type ||
    body !== endpoint.body ||
    length !== String(body.length)
  ) {
    throw new Error(
      `${endpoint.path} was answered with ${response.status}, ${type}, ${length} bytes: ${JSON.stringify(body)}`,
    );
  }
}
