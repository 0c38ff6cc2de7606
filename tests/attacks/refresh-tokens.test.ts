import { memory, type Store } from "responder-ts/stores";
import { expect, it } from "vitest";
import { served } from "../support/forged-tokens.ts";
import { overTransports, type Send } from "../support/transports.ts";

/** The stores that refresh tokens are tried on. */
const STORES: readonly (readonly [string, () => Promise<Store>])[] = [["memory", async () => memory()]];

for (const [name, makeStore] of STORES) {
  overTransports(`attack on refresh tokens kept by ${name}`, (serve) => {
    const refresh = (send: Send, token: string, device: string) =>
      send("/refresh", { method: "POST", json: { token }, headers: { "x-device": device } });
    const tokenOf = async (response: Response): Promise<string> =>
      ((await response.json()) as { refresh_token: string }).refresh_token;

    it("a stolen refresh token ends the sign-in, whoever comes first", async () => {
      for (const [first, second] of [
        ["victim", "thief"],
        ["thief", "victim"],
      ] as const) {
        const { send, tokens } = await served(serve, makeStore);
        const { refresh_token: stolen } = await tokens.start({ subject: "ada" });
        const response = await refresh(send, stolen, first);
        expect(response.status).toBe(200);
        const next = await tokenOf(response);
        expect((await refresh(send, stolen, second)).status).toBe(400);
        expect((await refresh(send, next, first)).status).toBe(400);
        expect((await refresh(send, stolen, first)).status).toBe(400);
      }
    });

    it("an access token refreshes nothing, nor does half a refresh token", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { access_token: access, refresh_token: token } = await tokens.start({ subject: "ada" });
      for (const text of [
        access,
        token.slice(0, 26),
        `${token.slice(0, 26)}${"A".repeat(43)}`,
        null,
        [token],
      ]) {
        expect((await refresh(send, text as string, "a")).status).toBe(400);
      }
      expect((await refresh(send, token, "a")).status).toBe(200);
    });

    it("a hundred at once by one client get one and the same successor", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { refresh_token: token } = await tokens.start({ subject: "ada" });
      const responses = await Promise.all(Array.from({ length: 100 }, () => refresh(send, token, "a")));
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(await Promise.all(responses.map(tokenOf))).size).toBe(1);
    });

    it("a hundred at once by a hundred clients get one successor between them, and it is worth nothing", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { refresh_token: token } = await tokens.start({ subject: "ada" });
      const responses = await Promise.all(
        Array.from({ length: 100 }, (_, index) => refresh(send, token, `${index}`)),
      );
      const good = responses.filter(({ status }) => status === 200);
      expect(good).toHaveLength(1);
      const next = await tokenOf(good[0] as Response);
      expect((await refresh(send, next, "0")).status).toBe(400);
    });
  });
}
