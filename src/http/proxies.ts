import ipaddr from "ipaddr.js";
import { problem } from "./errors.ts";
import type { Incoming } from "./transport.ts";

/** Where a request came from and what it was addressed to, as far as it can be believed. */
export interface Client {
  /** The client's IP address, without brackets or port. */
  readonly ip: string;
  readonly scheme: "http" | "https";
  /** Host and port as addressed. */
  readonly host: string;
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** A request target in absolute form, with its authority. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** What ipaddr.js can say of an address and what we take for "loopback" or "private" in the option. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/**
 * The one place that believes `X-Forwarded-*`: only where the peer of the connection is a trusted proxy, and from
 * right to left, so that what a client wrote itself counts for nothing.
 */
export class TrustedProxies {
  readonly #networks: readonly Network[];

  /**
   * @param trusted addresses or CIDR ranges of the proxies, "loopback" or "private"
   * @throws TypeError for anything else
   */
  constructor(trusted: readonly string[]) {
    if (!Array.isArray(trusted)) {
      throw new TypeError('trustedProxies takes a list: of addresses, CIDR ranges, "loopback" or "private"');
    }
    this.#networks = trusted.flatMap((entry) => NAMED[entry] ?? [entry]).map(parseNetwork);
  }

  /** Who sent this request, to which scheme and host. */
  resolve(incoming: Incoming): Client {
    const peer = plainAddress(incoming.peerAddress);
    const scheme = incoming.encrypted ? "https" : "http";
    // RFC 9112, 3.2.2: where the target names a host, the Host header counts for nothing.
    const host = ABSOLUTE.exec(incoming.target)?.[1] ?? incoming.header("host") ?? "localhost";
    if (this.#networks.length === 0 || !this.#trusts(peer)) return { ip: peer, scheme, host };

    const forwardedScheme = lastOf(incoming.header("x-forwarded-proto"))?.toLowerCase();
    return {
      ip: this.#clientAddress(peer, incoming.header("x-forwarded-for")),
      scheme: forwardedScheme === "http" || forwardedScheme === "https" ? forwardedScheme : scheme,
      host: lastOf(incoming.header("x-forwarded-host")) ?? host,
    };
  }

  /** The rightmost address that no trusted proxy has; the last believable one where the chain is broken. */
  #clientAddress(peer: string, forwardedFor: string | null): string {
    let believed = peer;
    for (const hop of (forwardedFor ?? "").split(",").reverse()) {
      const address = hop.trim();
      if (!ipaddr.isValid(address)) return believed;
      believed = plainAddress(address);
      if (!this.#trusts(believed)) return believed;
    }
    return believed;
  }

  #trusts(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.#networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  }
}

/** `::ffff:127.0.0.1` is 127.0.0.1, however the socket wrote it. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** Whether a `Host` names this machine: localhost, 127.0.0.1 or [::1], with any port. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}

/**
 * The URL that a request was addressed to.
 *
 * @throws HTTPError 400 `malformed_host` when the host is none
 */
export function addressedURL(client: Client, target: string): URL {
  // Any of these would move the authority's end, and without a host the path would be taken for one.
  if (/^[^\s/?#@\\,]+$/.test(client.host)) {
    try {
      return new URL(`${client.scheme}://${client.host}${originForm(target)}`);
    } catch {
      // falls through to the refusal
    }
  }
  throw problem("malformed_host", "The Host header is not a host");
}

function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const authority = ABSOLUTE.exec(target);
  const rest = authority ? target.slice(authority[0].length) : "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function lastOf(list: string | null): string | undefined {
  return list?.split(",").at(-1)?.trim() || undefined;
}

function parseNetwork(entry: string): Network {
  try {
    if (entry.includes("/")) return ipaddr.parseCIDR(entry) as Network;
    const address = ipaddr.process(entry);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    throw new TypeError(
      `trustedProxies: ${JSON.stringify(entry)} is neither an address, a CIDR range, "loopback" nor "private"`,
    );
  }
}
