/**
 * What one client, one address and all of them together may take from this process.
 * Before authentication nothing else guards it: ssh2 lets 300 half-open connections live for ever.
 */
export interface SftpLimits {
  /** From the first byte to a login. */
  loginGraceMs: number
  /** Keys and signatures refused on one connection before it is ended. */
  loginTries: number
  /** Connections not logged in yet: from one address, and in all. */
  unauthenticatedPerAddress: number
  unauthenticated: number
  /** All connections of the process, logged in or not. */
  connections: number
  /** Channels at once on one connection: each may hold up to 4 MiB of window. */
  sessionsPerConnection: number
  /** A connection without a request for this long is ended, an open handle without one is given up. */
  idleMs: number
  /** How often a connection's key and account are looked at again. */
  recheckMs: number
  /** A refusal is answered no sooner than this after it was asked, so that its time tells nothing. */
  refusalMs: number
  rekeyBytes: number
  rekeyMs: number
  keepaliveMs: number
  keepaliveCount: number
}

export const defaultLimits: SftpLimits = {
  loginGraceMs: 120_000,
  loginTries: 6,
  unauthenticatedPerAddress: 20,
  unauthenticated: 100,
  connections: 1_000,
  sessionsPerConnection: 4,
  idleMs: 15 * 60_000,
  recheckMs: 30_000,
  refusalMs: 50,
  rekeyBytes: 2 ** 30,
  rekeyMs: 3_600_000,
  keepaliveMs: 30_000,
  keepaliveCount: 3,
}

/** How much of one thing a connection may ask for at once, as `limits@openssh.com` tells it. */
export const packetLimits = {
  /** A whole packet without its length field: 256 KiB of data and a header. */
  packet: 256 * 1024 + 1024,
  read: 255 * 1024,
  write: 255 * 1024,
}
