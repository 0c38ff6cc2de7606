import ipaddr from "ipaddr.js";
import { sha256 } from "../auth/digest.ts";

/** The names under which attempts are counted. */
export interface ThrottleKeys {
  readonly pair: string;
  readonly account: string;
  /** null: the address is unknown, and nothing is said of it. */
  readonly address: string | null;
  /** Whether somebody has signed in from there; null: nobody knows where that is. */
  readonly known: string | null;
}

/** Characters that tell accounts apart. Nobody is called by more, and to normalise a megabyte takes its time. */
const LONGEST = 1024;

/**
 * Accounts are often e-mail addresses, so that only digests of them are kept. Case and the width of letters make no
 * other account: an application that finds "ADA" as "ada" must not count them apart.
 */
export function keysOf(account: string, address: string): ThrottleKeys {
  const who = sha256(account.slice(0, LONGEST).normalize("NFKC").trim().toLowerCase(), "base64url");
  const network = networkOf(address);
  const pair = sha256(`${who} ${network ?? ""}`, "base64url");
  return {
    pair: `pair:${pair}`,
    account: `account:${who}`,
    address: network === null ? null : `address:${sha256(network, "base64url")}`,
    known: network === null ? null : `known:${pair}`,
  };
}

/** An IPv4 address, or the /64 of an IPv6 address: whoever has one of its addresses has all of them. */
export function networkOf(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
