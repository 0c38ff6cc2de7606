import { API } from "responder-ts";
import { expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("a session cookie over plain http by another name than this machine's", (serve) => {
  it("is Secure, which browsers drop, and that is said once", async () => {
    const logger = recordingLogger();
    const api = new API({ logger, secretKey: "0123456789abcdef0123456789abcdef" });
    api.get("/login", (_req, resp) => resp.session.set("user", "ada"));
    const send = await serve(api);
    for (let visit = 0; visit < 2; visit++) {
      const response = await send("/login", { headers: { host: "intranet.example" } });
      expect(response.headers.get("set-cookie")).toMatch(/^__Host-session=.*; Secure/);
    }
    expect(logger.lines).toHaveLength(1);
    expect(JSON.stringify(logger.lines)).toMatch(/plain http, where browsers drop it/);
  });
});
