import { abort, type Html, html } from "responder-ts";
import type { App } from "./app.ts";
import { type Doors, userOf } from "./doors.ts";
import { type Frame, layout } from "./layout.ts";
import type { ShowcaseTokens } from "./tokens.ts";
import { takeFlash } from "./web.ts";

/** Where somebody is signed in, and how to end it, tokens of programs included. An id from a form ends nothing but what is the person's own. */
export function addDevices(app: App, { browser }: Doors, tokens: ShowcaseTokens): void {
  const devices = app.group("/dashboard/devices", { auth: browser });

  devices.get("/", { hidden: true }, async (req, resp) => {
    const sessions = await app.sessions.list(userOf({ personId: req.principal.id }) ?? "");
    const frame = { person: req.principal, flash: takeFlash(req.session) };
    resp.html = devicesPage(frame, sessions, req.session.id);
  });

  devices.post("/{id}/end", { hidden: true }, async (req, resp) => {
    const user = String(req.principal.id);
    if (!(await app.sessions.revoke(req.params.id, { user }))) abort(404, "You have no such device");
    if (req.params.id === req.session.id) return resp.redirect("/");
    resp.session.set("flash", "That device is signed out.");
    resp.redirect("/dashboard/devices");
  });

  devices.post("/end-others", { hidden: true }, async (req, resp) => {
    const user = String(req.principal.id);
    const ended = await app.sessions.revokeAll(user, { except: req.session.id });
    await tokens.revokeAll(user);
    resp.session.set("flash", ended === 1 ? "One device is signed out." : `${ended} devices are signed out.`);
    resp.redirect("/dashboard/devices");
  });
}

type Devices = Awaited<ReturnType<App["sessions"]["list"]>>;

const SEEN = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

function devicesPage(frame: Frame, devices: Devices, own: string | undefined): Html {
  return layout(
    "Devices",
    frame,
    "/dashboard/devices",
    html`
    <h1>Where you are signed in</h1>
    <div class="card table">
      <table>
        <thead><tr><th scope="col">Device</th><th scope="col">Last seen</th><th scope="col">From</th>
          <th scope="col">Action</th></tr></thead>
        <tbody>${devices.map(
          ({ id, userAgent, seenAt, address }) => html`
          <tr><td>${userAgent ?? "Unknown"} ${id === own && html`<span class="badge member">this one</span>`}</td>
            <td><time datetime="${seenAt.toISOString()}">${SEEN.format(seenAt)}</time></td>
            <td><code>${address}</code></td>
            <td><form method="post" action="/dashboard/devices/${id}/end"><button class="quiet">Sign out</button></form></td></tr>`,
        )}
        </tbody>
      </table>
    </div>
    <form method="post" action="/dashboard/devices/end-others"><button class="button">Sign out everywhere else</button></form>`,
  );
}
