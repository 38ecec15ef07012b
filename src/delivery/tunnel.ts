/** Connections by way of an HTTP proxy: CONNECT (RFC 9110, section 9.3.6) to an address that was vetted before. */

import http from 'node:http';
import https from 'node:https';
import { isIPv6, type Socket } from 'node:net';

/** Where a tunnel is to end. The address, never a name: a name would be resolved again, and differently. */
export interface TunnelTarget {
  readonly address: string;
  readonly port: number;
}

/** Why there is no tunnel. Its message may be shown: it names neither the proxy nor its credentials. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  /** False when the proxy works, for all we know, and could not connect to this target. */
  readonly isProxyToBlame: boolean;

  constructor(message: string, isProxyToBlame: boolean) {
    super(message);
    this.isProxyToBlame = isProxyToBlame;
  }
}

/** See {@link openTunnel}. */
export interface TunnelOptions {
  readonly signal: AbortSignal;
  /** Called when the proxy was reached, and has still to connect to the target. */
  readonly onProxyConnected: () => void;
}

/**
 * Opens a tunnel. The socket is connected, silent, and the caller's. The signal is its only deadline; at most 16 KiB of
 * the proxy's answer are read.
 *
 * @throws {TunnelError} when there is none; nothing reached the target, and the connection to the proxy is closed.
 */
export function openTunnel(proxy: URL, target: TunnelTarget, options: TunnelOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const host = isIPv6(target.address) ? `[${target.address}]:${target.port}` : `${target.address}:${target.port}`;
  const { request: ask } = proxy.protocol === 'https:' ? https : http;
  let isConnected = false;

  const request = ask({
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: host,
    headers: { host, ...credentialsOf(proxy) },
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    signal: options.signal,
  });
  request.once('socket', (socket) => {
    socket.once(proxy.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      isConnected = true;
      options.onProxyConnected();
    });
  });
  request.once('connect', (response, socket, head) => {
    const status = response.statusCode ?? 0;
    const refusal = refusalOf(status, head.length);
    if (!refusal) return resolve(socket as Socket); // a net.Socket or a TLSSocket: no other was asked for
    socket.destroy();
    reject(refusal);
  });
  // Neither is an answer to CONNECT, and both could go on for ever.
  request.on('information', () => request.destroy(new TunnelError(NOT_HTTP, true)));
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    reject(new TunnelError(NOT_HTTP, true));
  });
  request.on('error', (error) => reject(explain(error, isConnected)));
  request.end();
  return promise;
}

const MAX_HEADER_BYTES = 16 * 1024;

const NOT_HTTP = 'The egress proxy answered with something that is no answer to CONNECT.';

/** Percent-encoded in the URL, plain in the header (RFC 7617). */
function credentialsOf({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(plain).toString('base64')}` };
}

/** 5xx is what proxies say of a target that they cannot reach; everything else is about us. */
function refusalOf(status: number, surplusBytes: number): TunnelError | undefined {
  if (status >= 200 && status < 300) return surplusBytes > 0 ? new TunnelError(NOT_HTTP, true) : undefined;
  if (status >= 500) return new TunnelError(`The egress proxy could not connect to the host (${status}).`, false);
  return new TunnelError(`The egress proxy refused the connection (${status}).`, true);
}

/** A proxy that hangs up without an answer may do so because the target did. */
function explain(error: Error, isConnected: boolean): TunnelError {
  if (error instanceof TunnelError) return error;
  if (!isConnected) return new TunnelError('The egress proxy could not be reached.', true);
  if ('code' in error && error.code === 'ECONNRESET') {
    return new TunnelError('The egress proxy closed the connection without an answer.', false);
  }
  return new TunnelError(NOT_HTTP, true);
}
