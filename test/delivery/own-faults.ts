/** Our own resolver and egress proxy, out of order for as long as a test wants, with everything else as it should be. */

import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { TestAppOptions } from '../support/app.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { type DnsAnswer, resolverAt, startDnsServer } from '../support/dns.ts';

/** Something of ours that deliveries need, which works until it is told not to. */
export interface Fault extends AsyncDisposable {
  /** With which an app depends on it, and every name is this machine's. */
  readonly options: TestAppOptions;
  /** The error code of an attempt meanwhile. */
  readonly errorCode: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** A resolver that answers so while it is out of order, or `absent`: that nothing listens where it should be. */
export async function givenResolver(outOfOrder: DnsAnswer | 'absent'): Promise<Fault> {
  let isDown = false;
  const dns = await startDnsServer(() => (isDown && outOfOrder !== 'absent' ? outOfOrder : ['127.0.0.1']));
  const well = resolverAt(dns);
  const absent = resolverAt({ port: UNUSED_PORT });
  const switchTo = (next: boolean) => {
    isDown = next;
    return Promise.resolve();
  };
  return {
    options: { resolver: (hostname) => (isDown && outOfOrder === 'absent' ? absent : well)(hostname) },
    errorCode: 'RESOLVER_FAILED',
    begin: () => switchTo(true),
    end: () => switchTo(false),
    [Symbol.asyncDispose]: () => dns[Symbol.asyncDispose](),
  };
}

/** An egress proxy that does this while it is out of order, or `absent`: that nothing listens where it should be. */
export async function givenEgressProxy(outOfOrder: ((socket: Duplex) => void) | 'absent'): Promise<Fault> {
  // Not one of those that are given to whoever asks for any: nobody takes it while the proxy is away.
  const port = randomInt(20_000, 30_000);
  let proxy = await startConnectProxy({ port });
  return {
    options: {
      config: { egressProxyUrl: proxy.url },
      resolver: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    },
    errorCode: 'PROXY_FAILED',
    async begin() {
      if (outOfOrder === 'absent') await proxy.close();
      else proxy.behave(outOfOrder);
    },
    async end() {
      if (outOfOrder === 'absent') proxy = await startConnectProxy({ port });
      else proxy.behave('tunnel');
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

/** TCP port service multiplexer (RFC 1078), which is gone everywhere. */
const UNUSED_PORT = 1;
