import { expect, it } from "vitest";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { type AnyGuard, allOf, anyOf, nodeOf } from "./guard.ts";
import { inWords } from "./words.ts";

const nobody = (): null => null;
const scopes = (): readonly ("admin" | "read")[] => [];
const user = bearer({ verify: nobody, scopes });
const key = apiKey({ verify: nobody, scopes });
const ops = basic({ verify: nobody });

it.each<[AnyGuard, string]>([
  [anyOf(user.optional(), key), "(bearer, or nobody) or apiKey"],
  [user, "bearer"],
  [user.requires("admin"), "bearer and scope admin"],
  [user.requires("admin", "read"), "bearer and scope admin read"],
  [user.optional(), "bearer, or nobody"],
  [user.where(() => true, "owner"), "bearer and owner"],
  [anyOf(user, key, ops), "bearer or apiKey or basic"],
  [allOf(user, key), "bearer and apiKey"],
  [anyOf(user, allOf(key, ops)), "bearer or (apiKey and basic)"],
  [allOf(user, anyOf(key, ops)), "bearer and (apiKey or basic)"],
  [anyOf(user, key).requires("admin"), "(bearer or apiKey) and scope admin"],
  [anyOf(user.requires("admin"), key), "bearer and scope admin or apiKey"],
  [anyOf(user, key).optional(), "(bearer or apiKey), or nobody"],
  [allOf(user, key.optional()), "bearer and (apiKey, or nobody)"],
  [user.optional().where(() => true, "owner"), "(bearer, or nobody) and owner"],
])("a guard in words, %#", (guard, words) => {
  expect(inWords(nodeOf(guard))).toBe(words);
});
