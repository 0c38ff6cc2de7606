import ipaddr from "ipaddr.js";
import { sha256 } from "../sha256.ts";

/** The names under which attempts are counted. */
export interface ThrottleKeys {
  /** null, as the two below: the address is unknown, and nothing is said of what is everybody's. */
  readonly pair: string | null;
  readonly account: string;
  readonly address: string | null;
  /** Whether somebody has signed in from there. */
  readonly known: string | null;
}

/** Characters that tell accounts apart. Nobody is called by more, and to normalise a megabyte takes its time. */
const LONGEST = 1024;

/**
 * Accounts are often e-mail addresses, so that only digests of them are kept. Case and the width of letters make no
 * other account: an application that finds "ADA" as "ada" must not count them apart.
 */
export function keysOf(account: string, address: string): ThrottleKeys {
  const who = sha256(account.trim().slice(0, LONGEST).normalize("NFKC").trim().toLowerCase(), "base64url");
  const network = networkOf(address);
  const unknown = { pair: null, account: `account:${who}`, address: null, known: null };
  if (network === null) return unknown;
  const pair = sha256(`${who} ${network}`, "base64url");
  const from = sha256(network, "base64url");
  return { ...unknown, pair: `pair:${pair}`, address: `address:${from}`, known: `known:${pair}` };
}

/** An IPv4 address, or the /64 of an IPv6 address: whoever has one of its addresses has all of them. */
export function networkOf(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
