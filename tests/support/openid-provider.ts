import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

const CLIENT = { id: "worker", secret: "secret-of-the-tests" };

/** An OpenID provider on this machine, which issues access tokens to a client of its own. */
export interface OpenIDProvider {
  readonly issuer: string;
  readonly jwksURI: string;
  /** How often its keys were asked for. */
  keysAsked(): number;
  /** An access token for a resource (RFC 8707), by the client credentials grant. */
  accessToken(resource: string, scope?: string): Promise<string>;
  /** Takes private JWKs for its own, of which the first signs. */
  rotate(keys: readonly object[]): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts `oidc-provider` on a free port. */
export async function launchProvider(keys: readonly object[]): Promise<OpenIDProvider> {
  let handler: RequestListener = (_req, res) => void res.writeHead(503).end();
  let asked = 0;
  let server: Server | undefined;
  let port = 0;
  const start = async () => {
    server = createServer((req, res) => {
      if (req.url === "/jwks") asked += 1;
      handler(req, res);
    });
    const listening = server;
    await new Promise<void>((resolve) => void listening.listen(port, "127.0.0.1", resolve));
    port = (listening.address() as AddressInfo).port;
  };
  await start();
  const issuer = `http://127.0.0.1:${port}`;
  const rotate = (next: readonly object[]) => {
    handler = new Provider(issuer, configurationOf(next)).callback();
  };
  rotate(keys);
  return {
    issuer,
    jwksURI: `${issuer}/jwks`,
    keysAsked: () => asked,
    accessToken: (resource, scope = "notes:read") => requestToken(issuer, resource, scope),
    rotate,
    start,
    stop: async () => {
      const stopping = server;
      server = undefined;
      stopping?.closeAllConnections();
      await new Promise<void>((resolve) => (stopping ? stopping.close(() => resolve()) : resolve()));
    },
  };
}

async function requestToken(issuer: string, resource: string, scope: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", resource, scope }),
  });
  const body = (await response.json()) as { access_token?: string; error_description?: string };
  if (body.access_token === undefined) throw new Error(`The provider says: ${body.error_description}`);
  return body.access_token;
}

function configurationOf(keys: readonly object[]): object {
  return {
    jwks: { keys },
    scopes: ["notes:read", "notes:write"],
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: "ES256",
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          audience: resource,
          scope: "notes:read notes:write",
          accessTokenTTL: 600,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
  };
}
