import { describe, expect, it } from "vitest";
import { World } from "./cookie-sessions.fixture.ts";

describe("the id", () => {
  it("rotates with regenerate(), which keeps data and beginning", () => {
    const world = new World();
    world.signIn();
    const before = world.payload();
    world.seconds += 100;
    world.request((session) => session.regenerate());
    const after = world.payload();
    expect(after.id).not.toBe(before.id);
    expect(after).toMatchObject({ created: before.created, seen: world.seconds, data: { user: "ada" } });
  });

  it("rotates by itself when the session becomes somebody's, somebody else's or nobody's", () => {
    const world = new World();
    world.request((session) => session.set("cart", []));
    const ids = [world.payload().id];
    for (const user of ["ada", "grace", undefined]) {
      world.request((session) => {
        session.set("cart", []);
        if (user) session.set("user", user);
        else session.delete("user");
      });
      ids.push(world.payload().id);
    }
    expect(new Set(ids).size).toBe(4);
    world.request((session) => session.set("theme", "dark"));
    expect(world.payload().id).toBe(ids.at(-1));
  });

  it("attack: what somebody left in the session is not there for whoever signs in after them", () => {
    const world = new World();
    world.request((session) => session.set("cart", ["sku-1"]));
    world.signIn();
    expect(world.data()).toEqual({ cart: ["sku-1"], user: "ada" });
    world.seconds += 100;
    world.request((session) => session.set("user", "grace"));
    expect(world.payload()).toMatchObject({ created: world.seconds, data: { user: "grace" } });
    expect(world.data()).toEqual({ user: "grace" });
  });

  it("and the beginning are new after clear(), and nothing old is left", () => {
    const world = new World();
    world.signIn();
    const before = world.payload();
    world.seconds += 100;
    world.request((session) => {
      session.clear();
      session.set("user", "grace");
    });
    expect(world.payload().id).not.toBe(before.id);
    expect(world.payload()).toMatchObject({ created: world.seconds, data: { user: "grace" } });
  });

  it("attack: session fixation: a planted cookie's id does not survive a sign-in", () => {
    const attacker = new World();
    attacker.request((session) => session.set("cart", []));
    const victim = new World();
    victim.jar = attacker.jar;
    victim.request((session) => {
      session.regenerate();
      session.set("user", "ada");
    });
    expect(victim.payload().id).not.toBe(attacker.payload().id);
    expect(attacker.data()).toEqual({ cart: [] });
  });
});
